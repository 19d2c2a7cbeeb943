"""What `new-version`, `rename`, `retire` and `finish` share: what a name means, and edits of files, all or none."""
