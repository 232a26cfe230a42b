//! Deployments that neither compose nor Kubernetes describes: Terraform, Procfiles, units of systemd, task files of clouds.
//! Values of variables never leave these files but for hosts.

mod clouds;
mod procfile;
mod scheduled;
mod systemd;
mod terraform;

use super::Extractor;

/// The extractors of platforms.
pub(crate) const EXTRACTORS: &[&Extractor] =
    &[&clouds::EXTRACTOR, &procfile::EXTRACTOR, &scheduled::EXTRACTOR, &systemd::EXTRACTOR, &terraform::EXTRACTOR];
