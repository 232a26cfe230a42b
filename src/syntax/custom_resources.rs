//! Definitions of custom resources without their schemas: thousands of lines that describe fields and of which no fact is read.
//! Lines keep their numbers. Source: the Kubernetes API, `CustomResourceDefinition` of `apiextensions.k8s.io`.

use std::borrow::Cow;

use memchr::memmem;

const KIND: &str = "kind: CustomResourceDefinition";

/// The text with what stands in `spec.versions` and `spec.validation` of such definitions left empty.
pub(crate) fn without_schemas(text: &str) -> Cow<'_, str> {
    if memmem::find(text.as_bytes(), KIND.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len() / 8);
    let mut document = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            emit(&document, &mut kept);
            document.clear();
        }
        document.push(line);
    }
    emit(&document, &mut kept);
    Cow::Owned(kept)
}

fn emit(document: &[&str], kept: &mut String) {
    if !document.iter().any(|line| line.trim_end() == KIND) {
        document.iter().for_each(|line| kept.push_str(line));
        return;
    }
    let mut in_spec = false;
    // The indentation of the key whose value is passed over.
    let mut passed: Option<usize> = None;
    for line in document {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        let ends = |at: usize| !content.is_empty() && (indent < at || indent == at && !content.starts_with('-'));
        if passed.is_some_and(ends) {
            passed = None;
        }
        if passed.is_some() {
            kept.push('\n');
            continue;
        }
        if indent == 0 && !content.is_empty() {
            in_spec = content == "spec:";
        }
        if in_spec && matches!(content, "versions:" | "validation:") {
            passed = Some(indent);
        }
        kept.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::without_schemas;

    #[test]
    fn schemas_are_left_empty_and_lines_keep_their_numbers() {
        let text = "a: 1\n---\nkind: CustomResourceDefinition\nspec:\n  group: acme.io\n  versions:\n  - name: v1\n    schema:\n\n      x: 1\n  scope: Namespaced\nstatus:\n  versions:\n  - v1\n---\nkind: Other\nspec:\n  versions:\n  - v1\n";
        let kept = without_schemas(text);
        assert_eq!(kept.lines().count(), text.lines().count());
        assert_eq!(
            kept.replace("\n\n", "\n").replace("\n\n", "\n").replace("\n\n", "\n"),
            "a: 1\n---\nkind: CustomResourceDefinition\nspec:\n  group: acme.io\n  versions:\n  scope: Namespaced\nstatus:\n  versions:\n  - v1\n---\nkind: Other\nspec:\n  versions:\n  - v1\n"
        );
        assert!(matches!(without_schemas("a: 1\n"), std::borrow::Cow::Borrowed(_)));
    }
}
