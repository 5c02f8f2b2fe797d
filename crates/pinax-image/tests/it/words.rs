//! What files of every format say of themselves in words, written by ExifTool; and which of them may say a place.

use pinax_image::{may_say_where, picture_facts};

use crate::exiftool::with_tags;
use crate::picture::{fine, jpeg, sheet};
use crate::seeds::{Said, png_of, tiff_of, webp_of};

#[test]
fn every_format_says_who_when_and_with_what() {
    let picture = sheet(40, 30);
    let said = Said::default();
    let files = [
        ("jpeg", jpeg(&picture, &fine())),
        ("png", png_of(&picture, said)),
        ("tiff", tiff_of(&picture, said)),
        ("webp", webp_of(&picture, said)),
    ];
    for (name, file) in files {
        assert!(!may_say_where(&file), "{name}");
        assert_eq!(picture_facts(&file), pinax_image::PictureFacts::default(), "{name}");
        let words = [
            "-EXIF:Artist=Ann Ortiz",
            "-EXIF:Make=Ricoh",
            "-EXIF:Model=G900",
            "-EXIF:DateTimeOriginal=2024:05:06 07:08:09",
            "-EXIF:Copyright=(c) TST",
            "-XMP-xmpRights:UsageTerms=ask first",
        ];
        let told = with_tags(&file, &words);
        let facts = picture_facts(&told);
        assert_eq!(facts.rights.creator.as_deref(), Some("Ann Ortiz"), "{name}");
        assert_eq!(facts.camera_make.as_deref(), Some("Ricoh"), "{name}");
        assert_eq!(facts.camera_model.as_deref(), Some("G900"), "{name}");
        assert_eq!(facts.rights.copyright.as_deref(), Some("(c) TST"), "{name}");
        assert_eq!(facts.rights.usage_terms.as_deref(), Some("ask first"), "{name}");
        assert!(facts.taken.is_some(), "{name}");
        for cut in (0..told.len()).step_by(7) {
            drop(picture_facts(&told[..cut]));
            let _ = may_say_where(&told[..cut]);
        }
        for place in ["-EXIF:GPSLatitude=48.2", "-XMP-exif:GPSLatitude=48.2"] {
            let placed = with_tags(&file, &[place, "-EXIF:GPSLatitudeRef=N"]);
            assert!(may_say_where(&placed), "{name} {place}");
        }
    }
}
