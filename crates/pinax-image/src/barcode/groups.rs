//! Groups of neighbouring tiles.

/// Gathers tiles that lie side by side or corner to corner into groups, of tile numbers. `fits(from, to)` says whether
/// `to` may follow its neighbour `from`; `takes(tile)` whether a tile may be in a group at all.
pub(super) fn groups(
    columns: usize,
    rows: usize,
    takes: impl Fn(usize) -> bool,
    fits: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut seen = vec![false; columns * rows];
    let mut groups = Vec::new();
    for first in 0..columns * rows {
        if seen[first] || !takes(first) {
            continue;
        }
        seen[first] = true;
        let mut group = vec![first];
        let mut next = 0;
        while let Some(&tile) = group.get(next) {
            next += 1;
            let (column, row) = (tile % columns, tile / columns);
            for near_row in row.saturating_sub(1)..(row + 2).min(rows) {
                for near_column in column.saturating_sub(1)..(column + 2).min(columns) {
                    let near = near_row * columns + near_column;
                    if !seen[near] && takes(near) && fits(tile, near) {
                        seen[near] = true;
                        group.push(near);
                    }
                }
            }
        }
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn corners_join_and_gaps_part() {
        let drawn = b"xx..x\
                      ..x..\
                      x..x.";
        let found = groups(5, 3, |tile| drawn[tile] == b'x', |_, _| true);
        let mut sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 1, 4]);
    }
}
