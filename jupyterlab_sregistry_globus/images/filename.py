"""File names of images: the extensions, and the name of an image's file at the destination."""

from __future__ import annotations

import hashlib
import re
import string

EXTENSIONS = (".sif", ".simg", ".img", ".sqsh", ".squashfs", ".sqfs")
# What ``singularity pull`` makes.
PULL_TEMPLATE = "{container}_{tag}"
TEMPLATE_FIELDS = frozenset({"registry", "collection", "container", "tag", "arch"})

# Extensions of files that are no images. They matter where a name without an extension may be one,
# so none of them looks like the end of a version.
_OTHER_EXTENSIONS = frozenset(
    """
    7z aria2 asc avi bai bak bam bash bcf bed bib bz2 cfg conf cpp crai cram crdownload css csv
    cwl db deb def diff doc docker dockerfile docx egg eps err fa fai fasta fastq filepart fna
    fq gbk gff gff3 gif gpg gtf gz h5 hdf5 hpp htm html ini ipynb iso jar java jpeg jpg js json
    jsonl key lock log lua lz4 lzma maf man map md md5 mdown mk mp3 mp4 nf npy npz old orig out
    parquet part partial patch pdf pem pickle pkl png pot ppt pptx prov ps pub py pyc pyi qcow2
    rar rda rds rpm rst sam sh sha1 sha256 sha512 sig sql sqlite sqlite3 sra srt svg swp tab tar
    tbi tbz tbz2 tcl temp tex tgz tif tiff tmp toml torrent ts tsv txt txz vcf vdi vmdk wav webp
    whl xlsx xml xz yaml yml zip zst zstd
    """.split()  # noqa: SIM905
)
_EXTENSION_BY_FORMAT = {"sif": ".sif", "simg": ".simg", "ext3": ".img", "squashfs": ".sqsh"}
_MAX_BYTES = 255
_TEMPLATE_PART = re.compile(r"\{(\w*)\}")


def file_name(
    container: str,
    tag: str | None,
    *,
    template: str = "",
    registry: str = "",
    collection: str = "",
    arch: str | None = None,
    format: str | None = None,
) -> str:
    """Return a name for an image that has none, by default that of ``singularity pull``.

    Characters that cause trouble in a file system or a terminal become ``_``. A name of more than
    255 bytes is cut, and part of its hash is appended to keep it unique.

    :param tag: None means ``latest``.
    :param template: see ``check_template``; empty takes ``PULL_TEMPLATE``.
    :param format: as its content shows. It decides the extension.
    """
    values = {
        "registry": registry,
        "collection": collection,
        "container": container,
        "tag": tag or "latest",
        "arch": arch or "unknown",
    }
    stem = _TEMPLATE_PART.sub(lambda part: values[part[1]], template or PULL_TEMPLATE)
    own_extension = extension_of(stem) if template else ""
    extension = own_extension or _EXTENSION_BY_FORMAT.get(format or "", ".sif")
    stem = stem[: len(stem) - len(own_extension)]
    clean = "".join("_" if c == "/" or not c.isprintable() else c for c in stem)
    # A template might make nothing, or a name that stands for a folder.
    clean = clean if clean.strip(".") else f"_{clean}"
    if len((clean + extension).encode(errors="replace")) <= _MAX_BYTES:
        return clean + extension
    ending = "-" + hashlib.sha256(stem.encode(errors="replace")).hexdigest()[:8] + extension
    kept = clean.encode(errors="replace")[: _MAX_BYTES - len(ending)]
    return kept.decode(errors="ignore") + ending


def check_template(template: str) -> str:
    """Return a template such as ``{collection}-{container}-{tag}.sif`` if it is valid.

    Without an extension, it gets that of the image's format.

    :raises ValueError: it is not valid. The text says what to write.
    """
    fields = {field for _, field, _, _ in _parsed(template) if field is not None}
    plain = _TEMPLATE_PART.sub("", template)
    if not fields <= TEMPLATE_FIELDS or "{" in plain or "}" in plain or "/" in plain:
        allowed = ", ".join(f"{{{field}}}" for field in sorted(TEMPLATE_FIELDS))
        raise ValueError(
            f"{template[:100]!r} is not a valid template for file names. Use {allowed} and no /."
        )
    return template


def is_safe_name(name: str) -> bool:
    """Check a file name that a registry sent: one that can be created, and is what it seems."""
    return (
        bool(name.strip("."))
        and "/" not in name
        and name.isprintable()
        and name == name.strip()
        and not name.startswith((".", "~", "-"))
        and len(name.encode(errors="replace")) <= _MAX_BYTES
    )


def extension_of(name: str) -> str:
    """Return the name's image extension, unchanged; empty if it has none that we know."""
    dot = name.rfind(".")
    suffix = name[dot:] if dot > 0 else ""
    return suffix if suffix.lower() in EXTENSIONS else ""


def has_other_extension(name: str) -> bool:
    """Check whether the name has the extension of another kind of file."""
    suffix = name.rpartition(".")[2] if "." in name else ""
    return suffix.lower() in _OTHER_EXTENSIONS


def _parsed(template: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return [*string.Formatter().parse(template)]
    except ValueError:
        return [("", "", None, None)]
