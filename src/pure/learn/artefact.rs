//! Model folders: `card.json`, which a person can read, and `model.bin`, which only raiz reads.
//!
//! `model.bin`, all little-endian: 8 bytes magic, then format, kind and analyser version (u32 each),
//! length of the payload (u64), the payload, and the SHA-256 of everything before it. A folder is
//! written beside its place and renamed into it, so a reader sees all of a model or none of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::LearnError;
use super::bytes::{Corrupt, Reader};
use crate::text::ANALYZER_VERSION;

/// The part of a model folder for people.
pub const CARD_FILE: &str = "card.json";
/// The part of a model folder for raiz.
pub const MODEL_FILE: &str = "model.bin";

const MAGIC: [u8; 8] = *b"raizmodl";
const FORMAT: u32 = 2;
const HEADER_BYTES: usize = 8 + 3 * 4 + 8;
const HASH_BYTES: usize = 32;
/// No model comes near this; a larger file is not one.
const MAX_FILE_BYTES: u64 = 2 << 30;

/// What a model file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Classifier = 1,
    Groups = 2,
}

/// Writes a model folder, replacing one of the same name.
pub(super) fn save(
    folder: &Path,
    kind: Kind,
    card: &impl Serialize,
    payload: &[u8],
) -> Result<(), LearnError> {
    let mut card = serde_json::to_vec_pretty(card)
        .map_err(|error| failed(folder, io::Error::new(io::ErrorKind::InvalidData, error)))?;
    card.push(b'\n');
    let beside = sibling(folder, "new");
    let old = sibling(folder, "old");
    remove(&beside)?;
    remove(&old)?;
    fs::create_dir_all(&beside).map_err(|error| failed(&beside, error))?;
    write(&beside.join(CARD_FILE), &card)?;
    write(&beside.join(MODEL_FILE), &framed(kind, payload))?;
    if folder.exists() {
        fs::rename(folder, &old).map_err(|error| failed(folder, error))?;
    }
    fs::rename(&beside, folder).map_err(|error| failed(folder, error))?;
    remove(&old)
}

/// Reads a model folder: the card, and the model made from the payload by `decode`.
pub(super) fn load<C: DeserializeOwned, M>(
    folder: &Path,
    kind: Kind,
    decode: impl FnOnce(&mut Reader<'_>) -> Result<M, Corrupt>,
) -> Result<(C, M), LearnError> {
    let (card, model) = (folder.join(CARD_FILE), folder.join(MODEL_FILE));
    parse((&card, &read(&card)?), (&model, &read(&model)?), kind, decode)
}

/// The same from the two files' contents; the paths are for errors.
pub(super) fn parse<C: DeserializeOwned, M>(
    (card_path, card): (&Path, &[u8]),
    (model_path, model): (&Path, &[u8]),
    kind: Kind,
    decode: impl FnOnce(&mut Reader<'_>) -> Result<M, Corrupt>,
) -> Result<(C, M), LearnError> {
    let card = serde_json::from_slice(card)
        .map_err(|error| refused(card_path, format!("not a card of this version: {error}")))?;
    let mut reader = Reader::new(payload(model, kind).map_err(|reason| refused(model_path, reason))?);
    let model = decode(&mut reader)
        .and_then(|model| reader.end().map(|()| model))
        .map_err(|Corrupt(what)| refused(model_path, format!("damaged: {what}")))?;
    Ok((card, model))
}

/// SHA-256 in hexadecimal.
pub(super) fn hex_sha256(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn framed(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(HEADER_BYTES + payload.len() + HASH_BYTES);
    file.extend(MAGIC);
    for number in [FORMAT, kind as u32, ANALYZER_VERSION] {
        file.extend(number.to_le_bytes());
    }
    file.extend((payload.len() as u64).to_le_bytes());
    file.extend(payload);
    let hash = Sha256::digest(&file);
    file.extend(hash);
    file
}

/// The payload of a whole and fitting file, or what is wrong with it.
fn payload(file: &[u8], kind: Kind) -> Result<&[u8], String> {
    let (header, rest) = file.split_at_checked(HEADER_BYTES).ok_or("not a model of raiz: too short")?;
    let (magic, numbers) = header.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err("not a model of raiz".to_owned());
    }
    let number = |index: usize| {
        numbers[index * 4..][..4].iter().rev().fold(0_u32, |number, &byte| (number << 8) | u32::from(byte))
    };
    if number(0) != FORMAT {
        return Err(format!("model format {}, this version reads {FORMAT}; train it again", number(0)));
    }
    if number(1) != kind as u32 {
        return Err(format!("a model of kind {}, expected {}", number(1), kind as u32));
    }
    if number(2) != ANALYZER_VERSION {
        return Err(format!(
            "made with text analysis {}, this version has {ANALYZER_VERSION}; train it again",
            number(2)
        ));
    }
    let length = u64::from(number(3)) | (u64::from(number(4)) << 32);
    if rest.len() < HASH_BYTES || length != (rest.len() - HASH_BYTES) as u64 {
        return Err("damaged: length does not match".to_owned());
    }
    let (payload, hash) = rest.split_at(rest.len() - HASH_BYTES);
    if Sha256::digest(&file[..file.len() - HASH_BYTES])[..] != *hash {
        return Err("damaged: checksum does not match".to_owned());
    }
    Ok(payload)
}

fn sibling(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    folder.with_file_name(name)
}

fn remove(folder: &Path) -> Result<(), LearnError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder, error)),
        _ => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), LearnError> {
    let written = fs::File::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| failed(path, error))
}

fn read(path: &Path) -> Result<Vec<u8>, LearnError> {
    let size = fs::metadata(path).map_err(|error| failed(path, error))?.len();
    if size > MAX_FILE_BYTES {
        return Err(refused(path, format!("{size} bytes is more than any model has")));
    }
    fs::read(path).map_err(|error| failed(path, error))
}

fn failed(path: &Path, source: io::Error) -> LearnError {
    LearnError::Io { path: path.to_owned(), source }
}

fn refused(path: &Path, reason: impl Into<String>) -> LearnError {
    LearnError::Artefact { path: path.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(folder: &Path, kind: Kind) -> Result<(Vec<u32>, String), LearnError> {
        load(folder, kind, |from| from.text())
    }

    fn saved() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("kind-0123abcd");
        let mut to = super::super::bytes::Writer::default();
        to.text("ocho");
        save(&folder, Kind::Classifier, &vec![1_u32, 2], &to.finish()).unwrap();
        (home, folder)
    }

    #[test]
    fn a_saved_folder_reads_back_and_is_replaced_whole() {
        let (home, folder) = saved();
        assert_eq!(load_text(&folder, Kind::Classifier).unwrap(), (vec![1, 2], "ocho".to_owned()));
        save(&folder, Kind::Classifier, &vec![3_u32], &[0; 8]).unwrap();
        assert_eq!(load_text(&folder, Kind::Classifier).unwrap(), (vec![3], String::new()));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let (_home, folder) = saved();
        let path = folder.join(MODEL_FILE);
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            fs::write(&path, &bad).unwrap();
            assert!(load_text(&folder, Kind::Classifier).is_err(), "byte {at}");
            fs::write(&path, &good[..at]).unwrap();
            assert!(load_text(&folder, Kind::Classifier).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn refusals_say_what_to_do() {
        let check = |change: &dyn Fn(&mut Vec<u8>), want: &str| {
            let (_home, folder) = saved();
            let path = folder.join(MODEL_FILE);
            let mut file = fs::read(&path).unwrap();
            change(&mut file);
            fs::write(&path, file).unwrap();
            let message = load_text(&folder, Kind::Classifier).unwrap_err().to_string();
            assert!(message.contains(want), "{message}");
        };
        check(&|file| file[0] = b'P', "not a model of raiz");
        check(&|file| file[8] = 9, "model format 9");
        check(&|file| file[16] = 200, "text analysis 200");
        check(&|file| file[40] ^= 1, "checksum");
        let (_home, folder) = saved();
        let message = load_text(&folder, Kind::Groups).unwrap_err().to_string();
        assert!(message.contains("kind 1, expected 2"), "{message}");
    }
}
