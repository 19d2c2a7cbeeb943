"""What tests share: projects to run commands on, services that do as they are told, data, and readers of outputs."""
