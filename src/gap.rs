//! What could not be covered, and why: the entries of `meta.diagnostics`.
//! A gap is a value in the document; it never stops a scan.

use crate::location::RepoPath;

/// How much a gap matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Facts are missing or doubtful.
    Error,
    /// Something was not understood; a fact may be missing.
    Warning,
    /// Left out on purpose, told for completeness.
    Info,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// The closed list of reasons.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum GapCode { $($(#[$doc])* $name,)* }

        impl GapCode {
            /// The kebab-case word in the document.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much a gap with this code matters.
            pub(crate) fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A file or folder could not be opened or read.
    Unreadable = "unreadable", Error;
    /// A file is larger than the limit.
    TooLarge = "too-large", Warning;
    /// A file that should be text is not (binary, or an encoding that is not understood).
    NotText = "not-text", Warning;
    /// A symbolic link was not followed.
    SymlinkSkipped = "symlink-skipped", Info;
    /// The files of a submodule are not here.
    SubmoduleNotRead = "submodule-not-read", Warning;
    /// A file is a pointer of Git LFS, and its content is not here.
    PointerNotRead = "pointer-not-read", Warning;
    /// A file name is not UTF-8.
    NameNotUtf8 = "name-not-utf8", Warning;
    /// A file has syntax errors; what stands around them was read.
    SyntaxError = "syntax-error", Warning;
    /// Parsing took too long or nested too deep and was given up.
    LimitReached = "limit-reached", Warning;
    /// An extractor failed inside itself on one file; its findings there are left out.
    ExtractorFailed = "extractor-failed", Error;
    /// A statement of a migration or schema file was not understood.
    StatementNotUnderstood = "statement-not-understood", Warning;
    /// A statement was understood but its target does not exist at that point.
    StatementNotApplied = "statement-not-applied", Warning;
    /// DDL or a value is built at run time.
    DynamicStatement = "dynamic-statement", Warning;
    /// A name, path or constant could not be resolved from the code.
    UnresolvedReference = "unresolved-reference", Warning;
    /// A route stands on a controller or router that nothing mounts.
    NotMounted = "not-mounted", Warning;
    /// Something holds only under a condition that the run time decides.
    Conditional = "conditional", Info;
    /// A rule is stated that nothing in the code applies.
    NotEnforced = "not-enforced", Info;
    /// Two descriptions of one table disagree.
    SchemaDrift = "schema-drift", Warning;
    /// A contract and the code that should keep it disagree.
    ContractDrift = "contract-drift", Warning;
    /// Documentation and code disagree.
    DocsDrift = "docs-drift", Info;
    /// A template could not be rendered; what is plain in it was read.
    TemplateNotRendered = "template-not-rendered", Warning;
    /// Two things claim one name and could not be told apart by more than their path.
    AmbiguousName = "ambiguous-name", Info;
    /// A message is sent or handled, but the other side or the transport is not there.
    UnpairedMessage = "unpaired-message", Info;
    /// An environment variable is declared, and nothing that was read knows its name.
    UnreadVariable = "unread-variable", Info;
    /// Code reads an environment variable that no file declares.
    UndeclaredVariable = "undeclared-variable", Info;
    /// A file of a kind that is known but not yet understood.
    NotUnderstood = "not-understood", Info;
}

/// One thing that was not covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// Why.
    pub(crate) code: GapCode,
    /// The file it is about.
    pub(crate) path: RepoPath,
    /// The line, from 1, where one is known.
    pub(crate) line: Option<u32>,
    /// One sentence for a person. Never holds a value that may be a secret.
    pub(crate) message: String,
}

impl Gap {
    /// A gap about a whole file.
    pub(crate) fn file(code: GapCode, path: &RepoPath, message: impl Into<String>) -> Self {
        Self { code, path: path.clone(), line: None, message: message.into() }
    }

    /// A gap at a line.
    pub(crate) fn line(code: GapCode, path: &RepoPath, line: u32, message: impl Into<String>) -> Self {
        Self { code, path: path.clone(), line: Some(line), message: message.into() }
    }

    /// The total order of gaps in the document.
    pub(crate) fn order(&self) -> (Severity, &RepoPath, Option<u32>, GapCode, &str) {
        (self.code.severity(), &self.path, self.line, self.code, &self.message)
    }
}
