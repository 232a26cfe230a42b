//! The commit of HEAD, read from the files of a git folder inside the root.
//! Runs no git, follows no path that leads out of the root.

use crate::location::RepoPath;

/// How many symbolic references may lead to each other.
const REFERENCE_DEPTH: usize = 5;

/// The hash of the commit that HEAD stands at; `None` without a git folder, or before the first commit.
pub(crate) fn of_head(read: &dyn Fn(&RepoPath) -> Option<String>) -> Option<String> {
    let mut name = "HEAD".to_owned();
    for _ in 0..REFERENCE_DEPTH {
        let text = read(&RepoPath::new(&format!(".git/{name}"))).or_else(|| packed(read, &name))?;
        let text = text.trim();
        match text.strip_prefix("ref:") {
            Some(next) => name = next.trim().to_owned(),
            None => return is_hash(text).then(|| text.to_owned()),
        }
        if name.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
            return None;
        }
    }
    None
}

/// Looks a reference up in `packed-refs`: lines of `<hash> <name>`.
fn packed(read: &dyn Fn(&RepoPath) -> Option<String>, name: &str) -> Option<String> {
    let text = read(&RepoPath::new(".git/packed-refs"))?;
    text.lines().find_map(|line| line.split_once(' ').filter(|(_, found)| *found == name).map(|(hash, _)| hash.to_owned()))
}

/// SHA-1 has 40 hexadecimal digits, SHA-256 has 64.
fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::of_head;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    fn head(files: &[(&str, &str)]) -> Option<String> {
        of_head(&|path| files.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn head_is_followed_to_its_commit() {
        let loose = format!("{HASH}\n");
        let packed = format!("# pack-refs with: peeled\n{HASH} refs/heads/main\n");
        assert_eq!(head(&[(".git/HEAD", &loose)]).as_deref(), Some(HASH));
        assert_eq!(head(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", &loose)]).as_deref(), Some(HASH));
        assert_eq!(head(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/packed-refs", &packed)]).as_deref(), Some(HASH));
        assert_eq!(head(&[(".git/HEAD", "ref: refs/heads/none\n")]), None);
        assert_eq!(head(&[(".git/HEAD", "ref: ../../outside\n"), (".git/../../outside", &loose)]), None);
        assert_eq!(head(&[(".git/HEAD", "ref: HEAD\n")]), None);
        assert_eq!(head(&[]), None);
    }
}
