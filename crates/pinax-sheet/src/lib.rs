//! Made-up herbarium sheets: a pressed plant on cream paper with a typed label, a colour target, a ruler and a
//! readable barcode, of any size, the same for the same seed.
//!
//! ```
//! use pinax_sheet::Sheet;
//!
//! let picture = Sheet::made_up("NY01234567", 7).size(900, 1350).draw();
//! assert_eq!((picture.width_px, picture.height_px), (900, 1350));
//! ```

mod barcode;
mod canvas;
mod encode;
mod furniture;
mod geometry;
mod label;
mod layout;
mod paper;
mod picture;
mod plant;
mod random;
mod sheet;
mod symbol;
mod text;
mod typed;

pub use label::Label;
pub use picture::Picture;
pub use sheet::Sheet;
pub use symbol::{Print, Symbol};
