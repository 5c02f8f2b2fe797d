//! Places in the picture: points and four-cornered areas, in stored pixels unless said otherwise.

/// Right and down.
pub(super) type Point = (f32, f32);

/// Four corners, in order around.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quad(pub(super) [Point; 4]);

impl Quad {
    pub(super) fn centre(&self) -> Point {
        let sum = self.0.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    /// Left, top, right, bottom.
    pub(super) fn bounds(&self) -> [f32; 4] {
        let first = self.0[0];
        self.0.iter().fold([first.0, first.1, first.0, first.1], |[left, top, right, bottom], &(x, y)| {
            [left.min(x), top.min(y), right.max(x), bottom.max(y)]
        })
    }

    /// Whether `point` lies inside or within `slack_px` of the edge.
    pub(super) fn holds(&self, point: Point, slack_px: f32) -> bool {
        let mut signs = [false; 2];
        for index in 0..4 {
            let (from, to) = (self.0[index], self.0[(index + 1) % 4]);
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy);
            if length < 0.5 {
                continue;
            }
            let distance = (dx * (point.1 - from.1) - dy * (point.0 - from.0)) / length;
            if distance > slack_px {
                signs[0] = true;
            } else if distance < -slack_px {
                signs[1] = true;
            }
        }
        !(signs[0] && signs[1])
    }

    /// Whether the two cover a good part of each other.
    pub(super) fn meets(&self, other: &Self, slack_px: f32) -> bool {
        other.holds(self.centre(), slack_px)
            || self.holds(other.centre(), slack_px)
            || self.0.iter().filter(|corner| other.holds(**corner, 0.0)).count() >= 2
            || other.0.iter().filter(|corner| self.holds(**corner, 0.0)).count() >= 2
    }

    /// Length of the first edge.
    pub(super) fn length(&self) -> f32 {
        distance(self.0[0], self.0[1])
    }

    /// Length of the second edge.
    pub(super) fn height(&self) -> f32 {
        distance(self.0[1], self.0[2])
    }
}

pub(super) fn distance(one: Point, other: Point) -> f32 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

#[cfg(test)]
mod tests {
    use super::Quad;

    #[test]
    fn areas_turned_either_way_hold_their_middle() {
        let square = [(10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0)];
        let mut backwards = square;
        backwards.reverse();
        for quad in [Quad(square), Quad(backwards)] {
            assert!(quad.holds((10.0, 10.0), 0.0));
            assert!(!quad.holds((2.0, 2.0), 1.0));
            assert!(quad.holds((4.5, 4.5), 2.0));
            assert_eq!(quad.bounds(), [0.0, 0.0, 20.0, 20.0]);
        }
        let apart = Quad(square.map(|(x, y)| (x + 30.0, y)));
        assert!(!apart.meets(&Quad(square), 2.0));
        assert!(Quad(square.map(|(x, y)| (x + 3.0, y))).meets(&Quad(square), 0.0));
    }
}
