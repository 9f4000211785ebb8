//! The page of `watch`, in a headless Chromium: what a person sees, and can do.
//!
//! `PICTURES=docs cargo test -p browser` also writes the pictures of the book, `docs/*/watch.png`.

mod lab;
mod live;
mod picture;
mod scene;
mod taken_home;
