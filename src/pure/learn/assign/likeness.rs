//! How near groups lie to each other, and to texts of none: read off their centres.

use super::GroupModel;
use crate::domain::id::ClusterId;
use crate::learn::lsa::{dot, normalise};
use crate::learn::vectorizer::Text;

impl GroupModel {
    /// The group whose centre is nearest to the centre of these texts, and the cosine between both; whether
    /// they are within its reach is not asked. `None` without a group or without a known word.
    pub fn nearest_to(&self, texts: &[Text<'_>], threads: usize) -> Option<(ClusterId, f32)> {
        let places = self.embedder.embed_many(&self.analyzer, texts, threads);
        let mut centre = vec![0.0; self.embedder.dimensions()];
        for place in places.outer_iter() {
            centre.iter_mut().zip(place).for_each(|(sum, value)| *sum += value);
        }
        if !normalise(&mut centre) {
            return None;
        }
        let cosines = self.groups.iter().map(|group| (group.id, dot(&group.centroid, &centre)));
        cosines.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    /// The groups most like one, with the cosine between their centres, most alike first; of a group that
    /// took others in, every place it is known by counts.
    pub fn alike(&self, cluster: ClusterId, most: usize) -> Vec<(ClusterId, f32)> {
        let mut best: Vec<(ClusterId, f32)> = Vec::new();
        for own in self.groups.iter().filter(|group| group.id == cluster) {
            for other in self.groups.iter().filter(|group| group.id != cluster) {
                let cosine = dot(&own.centroid, &other.centroid);
                match best.iter_mut().find(|(id, _)| *id == other.id) {
                    Some((_, known)) => *known = known.max(cosine),
                    None => best.push((other.id, cosine)),
                }
            }
        }
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(most);
        best
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::language::Language::Spanish;
    use crate::learn::assign::GroupTexts;
    use crate::learn::discovery::{DiscoveryDoc, DiscoveryParams, discover};

    #[test]
    fn what_tells_the_same_is_near() {
        let cards: Vec<String> =
            (0..12).map(|n| format!("la tarjeta quedó retenida en el cajero {n}")).collect();
        let atm: Vec<String> =
            (0..12).map(|n| format!("el cajero no dio billetes y la tarjeta {n}")).collect();
        let fibre: Vec<String> =
            (0..12).map(|n| format!("internet lento y cortes de fibra en casa {n}")).collect();
        let all: Vec<&String> = cards.iter().chain(&atm).chain(&fibre).collect();
        let docs: Vec<DiscoveryDoc<'_>> =
            all.iter().map(|text| DiscoveryDoc { text, language: Spanish, copies: 1 }).collect();
        let params = DiscoveryParams { min_size: 4, ..DiscoveryParams::default() }.check().unwrap();
        let found = discover(&docs, &params, 1).unwrap();
        let id = |number: u128| ClusterId(Uuid::from_u128(number));
        let asked = |texts: &'_ [String]| -> Vec<(String, _)> {
            texts.iter().map(|text| (text.clone(), Spanish)).collect()
        };
        let told: Vec<Vec<(String, _)>> = [&cards, &atm, &fibre].map(|texts| asked(texts)).into();
        let borrowed: Vec<Vec<Text<'_>>> =
            told.iter().map(|texts| texts.iter().map(|(text, of)| (text.as_str(), *of)).collect()).collect();
        let groups: Vec<GroupTexts<'_>> =
            borrowed.iter().zip(1..).map(|(texts, number)| GroupTexts { id: id(number), texts }).collect();
        let model = GroupModel::of(&found, &[]).extend(&groups, 1);
        let like: Vec<ClusterId> = model.alike(id(1), 5).into_iter().map(|(id, _)| id).collect();
        assert_eq!(like, [id(2), id(3)]);
        assert_eq!(model.alike(id(1), 1).len(), 1);
        assert_eq!(model.alike(id(9), 5), []);
        let nearest = model.nearest_to(&[("cortes de internet", Spanish)], 1).unwrap();
        assert_eq!(nearest.0, id(3));
        assert_eq!(model.nearest_to(&[("", Spanish)], 1), None);
    }
}
