//! The real binary on real files, a real ledger, and a real MariaDB.

mod e2e {
    mod bad_input;
    mod crash;
    mod demo;
    mod drop_folder;
    mod twice;
    mod verbs;
    mod world;
}
