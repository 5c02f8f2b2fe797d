//! A page of the user guide: what stands on it is run, so that it stays true.

use std::path::{Path, PathBuf};

use super::super::world::{Said, World};

pub(super) struct Page(String);

impl Page {
    /// Reads a page of `docs`.
    pub(super) fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        Self(std::fs::read_to_string(path).unwrap())
    }

    /// What is fenced as `language`, in order.
    pub(super) fn blocks(&self, language: &str) -> Vec<String> {
        let fence = format!("```{language}\n");
        let parts = self.0.split(&fence).skip(1);
        parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
    }

    /// The whole `pinax.toml` of the page, with the addresses of a test in place of those that stand there.
    pub(super) fn config(&self, changes: &[(&str, &str)]) -> String {
        changed(&self.blocks("toml")[0], changes)
    }

    /// The same with some of its parts replaced by those of the `at`th block.
    pub(super) fn config_with(&self, at: usize, without: &[&str], changes: &[(&str, &str)]) -> String {
        let blocks = self.blocks("toml");
        let parts = blocks[0].split("\n[").filter(|part| !without.iter().any(|name| part.starts_with(name)));
        let kept: Vec<&str> = parts.collect();
        assert_eq!(kept.len() + without.len(), blocks[0].split("\n[").count(), "the page has no {without:?}");
        changed(&format!("{}\n{}", kept.join("\n["), blocks[at]), changes)
    }

    /// Runs every command of the page, in order; `after` is told each with what it said.
    pub(super) fn follow(&self, world: &World, mut after: impl FnMut(&str, &Said)) {
        let bin = PathBuf::from(env!("CARGO_BIN_EXE_pinax"));
        let path = format!("{}:{}", bin.parent().unwrap().display(), std::env::var("PATH").unwrap());
        for line in self.blocks("sh").iter().flat_map(|block| block.lines()) {
            let mut command = world.command_of("sh", &["-c", line]);
            let said = Said::from(command.env("PATH", &path).output().unwrap());
            assert_eq!(said.code, Some(0), "{line}: {said:?}");
            after(line, &said);
        }
    }

    /// What the page says that people see is what they see.
    pub(super) fn shows(&self, said: &Said) {
        for line in self.blocks("text").iter().flat_map(|block| block.lines()) {
            assert!(said.stdout.contains(line), "the page says {line:?}: {said:?}");
        }
    }
}

/// Every change must find something to change.
fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the page does not say {from}");
        text.replace(from, to)
    })
}
