"""Tell folders that the kernel reports changes of from those that must be polled."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

# What other machines, or the host of a virtual one, write to without this kernel knowing.
NETWORK = frozenset(
    {"9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fhgfs", "glusterfs", "gpfs"}
    | {"lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "sharefs", "smb2", "smb3"}
    | {"smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"}
)
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.lxcfs", "fuseblk"})
MOUNTS = Path("/proc/self/mountinfo")
ESCAPE = re.compile(r"\\([0-7]{3})")


def is_polled(folder: Path) -> bool:
    """Return whether *folder* lies on a file system whose changes the kernel does not report.

    Where mounts cannot be listed, as outside Linux, it is taken for a local one.
    """
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = file_system(folder, mounts)
    return kind in NETWORK or (kind.startswith("fuse") and kind not in LOCAL_FUSE)


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that *folder* lies on, "" when none is listed.

    folder: absolute, without symbolic links.
    mounts: as in /proc/self/mountinfo; a later mount covers an earlier one.
    source: proc_pid_mountinfo(5).
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:  # noqa: PLR2004  the mount point is the fifth field
            continue
        point = PurePosixPath(ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = kinds[0], len(point.parts)
    return found
