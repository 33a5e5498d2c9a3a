"""Backup and restore of everything a server keeps: the database, attachments, keys and audit anchors (SR-04, SR-21)."""

from app.backup.container import BackupError
from app.backup.restoring import Restored, check_backup, forget_previous, restore_backup
from app.backup.saving import Saved, save_backup

__all__ = [
    "BackupError",
    "Restored",
    "Saved",
    "check_backup",
    "forget_previous",
    "restore_backup",
    "save_backup",
]
