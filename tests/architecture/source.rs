//! The source files of the server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::code::Code;

/// A source file.
pub struct Source {
    /// Its path from the root of the repository.
    pub path: PathBuf,
    /// The module of `src/` that it belongs to.
    pub module: String,
    /// Its code without comments and strings.
    pub code: Code,
}

impl Source {
    pub fn new(path: &Path, text: &str) -> Self {
        let first = path.components().nth(1).expect("below src").as_os_str().to_string_lossy();
        Self { path: path.to_owned(), module: first.trim_end_matches(".rs").to_owned(), code: Code::new(text) }
    }

    /// The folder of a module that the file is in; `None` for a file beside the module's `mod.rs`.
    pub fn folder(&self) -> Option<String> {
        let parts: Vec<_> = self.path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        (parts.len() > 3).then(|| parts[2].to_string())
    }

    /// Every path that the file imports or names below `crate::` or `latchkey::`.
    pub fn imports(&self) -> Vec<Vec<String>> {
        ["crate::", "latchkey::"].into_iter().flat_map(|start| self.code.paths_after(start)).collect()
    }
}

/// Every source file of the server.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    collect(Path::new("src"), &mut paths);
    assert!(paths.len() > 40, "run from the root of the repository");
    paths.into_iter().map(|path| Source::new(&path, &fs::read_to_string(&path).expect("readable"))).collect()
}

/// Adds every Rust file below a folder.
pub fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}
