//! Files that only their owner can read, for secrets and password hashes.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// Creates an empty file that only its owner can read.
///
/// # Errors
///
/// When the file exists, or cannot be created.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Creates a folder that only its owner can open, unless it exists.
///
/// # Errors
///
/// When the folder cannot be created.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a new file atomically: no reader sees a part of it. Does nothing if the file exists.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_if_absent(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = write_draft(path, content)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a file atomically, and replaces the one that exists.
///
/// # Errors
///
/// When the file cannot be written.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::rename(write_draft(path, content)?, path)
}

/// Writes the content to a file beside this one and waits until it is on the disk.
fn write_draft(path: &Path, content: &[u8]) -> io::Result<PathBuf> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", Uuid::new_v4().simple()));
    let draft = PathBuf::from(draft);
    let mut file = create(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    Ok(draft)
}

/// Whether other users of the machine can access a file.
///
/// # Errors
///
/// When the file does not exist.
#[cfg(unix)]
pub fn is_accessible_by_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Whether other users of the machine can access a file. Always `false` on systems without Unix permissions.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn is_accessible_by_others(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
