//! The real binary on real files, a real ledger, and a real MariaDB.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod e2e {
    mod api;
    mod bad_input;
    mod carried_by_hand;
    mod crash;
    mod demo;
    mod drop_folder;
    mod formats;
    mod from_portal;
    mod rebase;
    mod take_back;
    mod twice;
    mod verbs;
    mod ways;
    mod world;
}
