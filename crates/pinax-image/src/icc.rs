//! ICC profiles inside JPEG: chunks in APP2 segments (ICC.1:2022, annex B.4).

/// What an APP2 payload begins with when it carries a piece of a profile.
const SIGNATURE: &[u8] = b"ICC_PROFILE\0";
/// Signature, number of the chunk, count of chunks.
const CHUNK_HEADER_BYTES: usize = SIGNATURE.len() + 2;
/// The most of a profile that one segment holds.
const CHUNK_BYTES: usize = 65_533 - CHUNK_HEADER_BYTES;
/// The fixed header of every profile.
const PROFILE_HEADER_BYTES: usize = 128;

/// The device colours a profile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileSpace {
    Grey,
    Rgb,
    Cmyk,
}

/// Whether an APP2 payload is a piece of a profile (phones put other things there as well).
pub(crate) fn is_chunk(payload: &[u8]) -> bool {
    payload.starts_with(SIGNATURE) && payload.len() > CHUNK_HEADER_BYTES
}

/// Puts the pieces together, whatever their order. `None` if one is missing or doubled or the whole
/// is not a profile for `space`: such a profile is dropped, as browsers do.
pub(crate) fn join<'a>(payloads: impl Iterator<Item = &'a [u8]>, space: ProfileSpace) -> Option<Vec<u8>> {
    let mut chunks: Vec<&[u8]> = payloads.filter(|payload| is_chunk(payload)).collect();
    chunks.sort_by_key(|chunk| chunk[SIGNATURE.len()]);
    for (index, chunk) in chunks.iter().enumerate() {
        let (number, count) = (chunk[SIGNATURE.len()], chunk[SIGNATURE.len() + 1]);
        if usize::from(number) != index + 1 || usize::from(count) != chunks.len() {
            return None;
        }
    }
    let profile: Vec<u8> = chunks.iter().flat_map(|chunk| &chunk[CHUNK_HEADER_BYTES..]).copied().collect();
    (profile_space(&profile)? == space).then_some(profile)
}

/// Whether the bytes are a whole profile for `space`.
pub(crate) fn fits(profile: &[u8], space: ProfileSpace) -> bool {
    profile_space(profile) == Some(space)
}

/// The device colours, if the bytes look like a whole profile.
fn profile_space(profile: &[u8]) -> Option<ProfileSpace> {
    let header = profile.get(..PROFILE_HEADER_BYTES)?;
    let declared = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
    let whole = (PROFILE_HEADER_BYTES..=profile.len()).contains(&usize::try_from(declared).ok()?);
    if !whole || &header[36..40] != b"acsp" {
        return None;
    }
    match &header[16..20] {
        b"GRAY" => Some(ProfileSpace::Grey),
        b"RGB " => Some(ProfileSpace::Rgb),
        b"CMYK" => Some(ProfileSpace::Cmyk),
        _ => None,
    }
}

/// Appends the APP2 segments that carry `profile`. Nothing is written for one too large to fit the
/// 255 segments there may be (16 MB).
pub(crate) fn write_segments(profile: &[u8], out: &mut Vec<u8>) {
    let Ok(count) = u8::try_from(profile.len().div_ceil(CHUNK_BYTES)) else {
        return;
    };
    for (number, chunk) in (1..=u8::MAX).zip(profile.chunks(CHUNK_BYTES)) {
        let length = u16::try_from(2 + CHUNK_HEADER_BYTES + chunk.len()).expect("a chunk is cut to fit its segment");
        out.extend([0xff, crate::segment::APP2]);
        out.extend(length.to_be_bytes());
        out.extend(SIGNATURE);
        out.extend([number, count]);
        out.extend(chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::{ProfileSpace, join, write_segments};
    use crate::segment::segments_from;

    fn profile(length: usize) -> Vec<u8> {
        let mut profile: Vec<u8> = (0..length).map(|i| (i % 253) as u8).collect();
        profile[..4].copy_from_slice(&u32::try_from(length).expect("small").to_be_bytes());
        profile[16..20].copy_from_slice(b"RGB ");
        profile[36..40].copy_from_slice(b"acsp");
        profile
    }

    fn payloads(profile: &[u8]) -> Vec<Vec<u8>> {
        let mut segments = Vec::new();
        write_segments(profile, &mut segments);
        segments_from(&segments, 0).map_while(Result::ok).map(|segment| segment.payload.to_vec()).collect()
    }

    #[test]
    fn several_chunks_in_any_order_are_one_profile() {
        let whole = profile(150_000);
        let mut chunks = payloads(&whole);
        assert_eq!(chunks.len(), 3);
        chunks.rotate_left(1);
        let joined = join(chunks.iter().map(Vec::as_slice), ProfileSpace::Rgb);
        assert_eq!(joined, Some(whole));
    }

    #[test]
    fn garbage_is_no_profile() {
        let mut missing = payloads(&profile(150_000));
        missing.remove(1);
        let doubled = [payloads(&profile(500)), payloads(&profile(500))].concat();
        let mut unsigned = profile(500);
        unsigned[36] = b'x';
        let mut longer_than_it_is = profile(500);
        longer_than_it_is[0] = 1;
        let cases = [missing, doubled, payloads(&unsigned), payloads(&longer_than_it_is), payloads(b"short"), vec![]];
        for chunks in cases {
            let joined = join(chunks.iter().map(Vec::as_slice), ProfileSpace::Rgb);
            assert_eq!(joined, None);
        }
        let other_space = payloads(&profile(500));
        let joined = join(other_space.iter().map(Vec::as_slice), ProfileSpace::Grey);
        assert_eq!(joined, None);
    }
}
