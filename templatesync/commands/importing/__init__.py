"""What `import` and its options share: reading, parting into files, writing, and edits of files."""
