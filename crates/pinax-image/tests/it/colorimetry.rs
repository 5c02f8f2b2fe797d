//! Colour by the book, in double precision: profiles made from their definition, and what their colours are in sRGB.

/// Columns X, Y, Z of red, green and blue under D50.
pub(crate) type Primaries = [[f64; 3]; 3];

/// A space of RGB by its definition.
#[derive(Clone, Copy)]
pub(crate) struct Space {
    pub(crate) name: &'static str,
    pub(crate) primaries: Primaries,
    pub(crate) curve: Curve,
}

#[derive(Clone, Copy)]
pub(crate) enum Curve {
    Gamma(f64),
    Srgb,
}

/// IEC 61966-2-1, adapted to D50 as the profile of the ICC does.
pub(crate) const SRGB: Space = Space {
    name: "sRGB",
    primaries: [
        [0.436_066, 0.222_488, 0.013_916],
        [0.385_147, 0.716_873, 0.097_076],
        [0.143_066, 0.060_608, 0.714_096],
    ],
    curve: Curve::Srgb,
};
/// Adobe RGB (1998), section 4.3.
pub(crate) const ADOBE: Space = Space {
    name: "Adobe RGB (1998)",
    primaries: [[0.609_74, 0.311_11, 0.019_47], [0.205_28, 0.625_67, 0.060_87], [0.149_19, 0.063_22, 0.744_57]],
    curve: Curve::Gamma(563.0 / 256.0),
};
/// SMPTE EG 432-1 primaries with D65, adapted to D50, and the curve of sRGB.
pub(crate) const P3: Space = Space {
    name: "Display P3",
    primaries: [[0.515_12, 0.241_20, -0.001_05], [0.291_98, 0.692_25, 0.041_89], [0.157_10, 0.066_57, 0.784_07]],
    curve: Curve::Srgb,
};
/// ROMM RGB (ISO 22028-2) without its straight part near black, as Windows and Linux ship it.
pub(crate) const PROPHOTO: Space = Space {
    name: "ProPhoto RGB",
    primaries: [[0.797_67, 0.288_04, 0.0], [0.135_19, 0.711_88, 0.0], [0.031_34, 0.000_09, 0.824_91]],
    curve: Curve::Gamma(460.0 / 256.0),
};
pub(crate) const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

impl Curve {
    pub(crate) fn light(self, level: f64) -> f64 {
        match self {
            Self::Gamma(gamma) => level.powf(gamma),
            Self::Srgb if level <= 0.040_45 => level / 12.92,
            Self::Srgb => ((level + 0.055) / 1.055).powf(2.4),
        }
    }

    /// As a tag of a profile: a `curv` with one gamma, or a `para` of the third kind.
    pub(crate) fn tag(self) -> Vec<u8> {
        match self {
            Self::Gamma(gamma) => {
                let fixed = ((gamma * 256.0).round() as u16).to_be_bytes();
                [&b"curv\0\0\0\0\0\0\0\x01"[..], &fixed, &[0, 0]].concat()
            }
            Self::Srgb => {
                let numbers = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];
                [b"para\0\0\0\0\0\x03\0\0".to_vec(), numbers.into_iter().flat_map(fixed).collect()].concat()
            }
        }
    }
}

/// s15Fixed16Number.
fn fixed(number: f64) -> [u8; 4] {
    ((number * 65_536.0).round() as i32).to_be_bytes()
}

/// A profile: header, tag table, tags (ICC.1:2022, section 7).
pub(crate) fn profile(class_space_pcs: &[u8; 12], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes[8..10].copy_from_slice(&[4, 0x40]);
    bytes[12..24].copy_from_slice(class_space_pcs);
    bytes[36..40].copy_from_slice(b"acsp");
    bytes[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    bytes.extend(u32::try_from(tags.len()).expect("few").to_be_bytes());
    let mut at = 132 + 12 * tags.len();
    for (name, tag) in tags {
        bytes.extend(*name);
        bytes.extend(u32::try_from(at).expect("small").to_be_bytes());
        bytes.extend(u32::try_from(tag.len()).expect("small").to_be_bytes());
        at += tag.len().next_multiple_of(4);
    }
    for (_, tag) in tags {
        bytes.extend(tag);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    let length = u32::try_from(bytes.len()).expect("small").to_be_bytes();
    bytes[..4].copy_from_slice(&length);
    bytes
}

fn xyz_tag(xyz: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".to_vec(), xyz.into_iter().flat_map(fixed).collect()].concat()
}

impl Space {
    pub(crate) fn profile(&self) -> Vec<u8> {
        let [red, green, blue] = self.primaries.map(xyz_tag);
        let curve = self.curve.tag();
        let mut words = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        let name: Vec<u8> = self.name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        words.extend(u32::try_from(name.len()).expect("short").to_be_bytes());
        words.extend(28u32.to_be_bytes());
        words.extend(name);
        profile(
            b"mntrRGB XYZ ",
            &[
                (b"desc", words),
                (b"wtpt", xyz_tag(D50)),
                (b"rXYZ", red),
                (b"gXYZ", green),
                (b"bXYZ", blue),
                (b"rTRC", curve.clone()),
                (b"gTRC", curve.clone()),
                (b"bTRC", curve),
            ],
        )
    }

    /// X, Y, Z under D50.
    pub(crate) fn xyz(&self, rgb: [f64; 3]) -> [f64; 3] {
        let light = rgb.map(|level| self.curve.light(level));
        [0, 1, 2].map(|row| (0..3).map(|column| self.primaries[column][row] * light[column]).sum())
    }
}

/// The nearest that sRGB has, component by component.
pub(crate) fn srgb_of(xyz: [f64; 3]) -> [f64; 3] {
    let p = SRGB.primaries;
    // Cramer's rule.
    let determinant = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
    };
    let whole = determinant(p[0], p[1], p[2]);
    let light = [determinant(xyz, p[1], p[2]), determinant(p[0], xyz, p[2]), determinant(p[0], p[1], xyz)];
    light.map(|part| {
        let light = (part / whole).clamp(0.0, 1.0);
        if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
    })
}

pub(crate) fn lab_of(xyz: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > (6.0f64 / 29.0).powi(3) { t.cbrt() } else { t * 841.0 / 108.0 + 4.0 / 29.0 };
    let [x, y, z] = [0, 1, 2].map(|i| f(xyz[i] / D50[i]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

pub(crate) fn xyz_of_lab([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 6.0 / 29.0 { t.powi(3) } else { (t - 4.0 / 29.0) * 108.0 / 841.0 };
    let y = (lightness + 16.0) / 116.0;
    [f(y + a / 500.0) * D50[0], f(y) * D50[1], f(y - b / 200.0) * D50[2]]
}

/// Of two colours in sRGB, 0 to 1.
pub(crate) fn difference(a: [f64; 3], b: [f64; 3]) -> f64 {
    delta_e_2000(lab_of(SRGB.xyz(a)), lab_of(SRGB.xyz(b)))
}

/// CIE 142-2001 (CIEDE2000).
pub(crate) fn delta_e_2000(one: [f64; 3], two: [f64; 3]) -> f64 {
    let chroma = |[_, a, b]: [f64; 3]| a.hypot(b);
    let weight = |c: f64| (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - weight(f64::midpoint(chroma(one), chroma(two))));
    let primed = |[lightness, a, b]: [f64; 3]| {
        let a = a * (1.0 + g);
        let hue = if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
        (lightness, a.hypot(b), hue)
    };
    let ((l1, c1, h1), (l2, c2, h2)) = (primed(one), primed(two));
    let grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc, dh) = (l2 - l1, c2 - c1, 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin());
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = match h1 + h2 {
        sum if grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cosine = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cosine(h - 30.0) + 0.24 * cosine(2.0 * h) + 0.32 * cosine(3.0 * h + 6.0)
        - 0.20 * cosine(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = -2.0 * weight(c) * (60.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin();
    let (dl, dc, dh) = (dl / sl, dc / sc, dh / sh);
    (dl * dl + dc * dc + dh * dh + rotation * dc * dh).sqrt()
}

#[test]
fn the_formula_gives_the_published_figures() {
    // Sharma, Wu and Dalal 2005, table 1, pairs 1, 7, 9, 17, 20, 25.
    let pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ];
    for (one, two, wanted) in pairs {
        let found = delta_e_2000(one, two);
        assert!((found - wanted).abs() < 5e-5, "{found} is not {wanted}");
    }
}
