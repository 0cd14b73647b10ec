"""The dashboard leaders read: shows the current release, and nothing else."""
