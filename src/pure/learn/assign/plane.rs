//! Groups on a plane: their centres projected on the two directions in which they differ most (principal
//! components by power iteration on the matrix of inner products).

use super::GroupModel;
use crate::domain::id::ClusterId;
use crate::learn::lsa::dot;

/// Steps of the power iteration: the plane is for looking at, not for measuring.
const STEPS: usize = 200;

impl GroupModel {
    /// A place for each cluster, each coordinate between -1 and 1; the same model gives the same places. Of a
    /// cluster that took others in, the first place it is known by.
    pub fn plane(&self) -> Vec<(ClusterId, [f32; 2])> {
        let mut groups: Vec<(ClusterId, &[f32])> = Vec::new();
        for group in &self.groups {
            if groups.iter().all(|(id, _)| *id != group.id) {
                groups.push((group.id, &group.centroid));
            }
        }
        // By id, so that the order in which groups came to be does not turn the plane.
        groups.sort_by_key(|(id, _)| *id);
        let places = projected(&groups.iter().map(|(_, centre)| *centre).collect::<Vec<_>>());
        groups.into_iter().zip(places).map(|((id, _), place)| (id, place)).collect()
    }
}

fn projected(points: &[&[f32]]) -> Vec<[f32; 2]> {
    let count = points.len();
    let mut inner: Vec<Vec<f64>> =
        points.iter().map(|one| points.iter().map(|other| f64::from(dot(one, other))).collect()).collect();
    centre(&mut inner);
    let mut places = vec![[0.0_f32; 2]; count];
    for axis in 0..2 {
        let Some((value, direction)) = leading(&inner) else { break };
        let most = direction.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        for (place, along) in places.iter_mut().zip(&direction) {
            #[expect(clippy::cast_possible_truncation, reason = "a coordinate to draw at")]
            let coordinate = (along / most) as f32;
            place[axis] = coordinate;
        }
        for (row, own) in inner.iter_mut().zip(&direction) {
            row.iter_mut().zip(&direction).for_each(|(cell, other)| *cell -= value * own * other);
        }
    }
    places
}

/// Takes the means of rows and columns off, so that the centre of all points is the origin.
fn centre(inner: &mut [Vec<f64>]) {
    let count = inner.len().max(1) as f64;
    let means: Vec<f64> = inner.iter().map(|row| row.iter().sum::<f64>() / count).collect();
    let all = means.iter().sum::<f64>() / count;
    for (row, own) in inner.iter_mut().zip(&means) {
        row.iter_mut().zip(&means).for_each(|(cell, other)| *cell += all - own - other);
    }
}

/// The largest eigenvalue and its unit vector, the largest part of which is positive; `None` when all points
/// are one.
fn leading(inner: &[Vec<f64>]) -> Option<(f64, Vec<f64>)> {
    const LEAST: f64 = 1e-9;
    let mut vector: Vec<f64> = (0..inner.len()).map(|at| 1.0 + (at as f64 * 0.7).sin()).collect();
    let mut value = 0.0;
    for _ in 0..STEPS {
        let next: Vec<f64> =
            inner.iter().map(|row| row.iter().zip(&vector).map(|(cell, along)| cell * along).sum()).collect();
        value = next.iter().map(|part: &f64| part * part).sum::<f64>().sqrt();
        if value < LEAST {
            return None;
        }
        vector = next.into_iter().map(|part| part / value).collect();
    }
    let largest = vector.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
    if largest < 0.0 {
        vector.iter_mut().for_each(|part| *part = -*part);
    }
    Some((value, vector))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_lies_together() {
        let points: [[f32; 3]; 6] = [
            [1.0, 0.05, 0.0],
            [1.0, 0.0, 0.05],
            [0.0, 1.0, 0.05],
            [0.05, 1.0, 0.0],
            [0.0, 0.05, 1.0],
            [0.05, 0.0, 1.0],
        ];
        let borrowed: Vec<&[f32]> = points.iter().map(<[f32; 3]>::as_slice).collect();
        let places = projected(&borrowed);
        let apart = |a: usize, b: usize| {
            let (a, b): ([f32; 2], [f32; 2]) = (places[a], places[b]);
            ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
        };
        for (one, twin, other) in [(0, 1, 2), (2, 3, 4), (4, 5, 0)] {
            assert!(apart(one, twin) * 4.0 < apart(one, other), "{places:?}");
        }
        assert!(places.iter().flatten().all(|part| part.abs() <= 1.0));
        assert_eq!(projected(&borrowed), places);
    }

    #[test]
    fn one_group_and_none_have_places_too() {
        assert_eq!(projected(&[]), Vec::<[f32; 2]>::new());
        assert_eq!(projected(&[&[1.0, 0.0]]), [[0.0, 0.0]]);
    }
}
