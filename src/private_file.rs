//! Files that only their owner may read: what is in them are secrets, or hashes of them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// Makes an empty file for its owner alone.
///
/// # Errors
///
/// When there is one already, or the system does not let us.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder for its owner alone, if there is none.
///
/// # Errors
///
/// When the system does not let us.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a new file, whole: nobody ever reads half of it. One that is there already stays.
///
/// # Errors
///
/// When the system does not let us.
pub fn write_if_absent(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = draft(path, content)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a file, whole, in the place of the one that is there.
///
/// # Errors
///
/// When the system does not let us.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::rename(draft(path, content)?, path)
}

/// The content under another name, safe on the disk.
fn draft(path: &Path, content: &[u8]) -> io::Result<PathBuf> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", Uuid::new_v4().simple()));
    let draft = PathBuf::from(draft);
    let mut file = create(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    Ok(draft)
}

/// Whether others may read it, too.
///
/// # Errors
///
/// When there is no such file.
#[cfg(unix)]
pub fn is_accessible_by_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Whether others may read it, too.
///
/// # Errors
///
/// Never, where permissions are something else.
#[cfg(not(unix))]
pub fn is_accessible_by_others(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
