//! SHA-1, which mappers make names of. Source: RFC 3174. For names only, never for anything that must be safe.

/// The digest of a text as hexadecimal digits.
pub(super) fn sha1(text: &[u8]) -> String {
    let mut message = text.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend((text.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    for block in message.chunks_exact(64) {
        round(&mut state, block);
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

fn round(state: &mut [u32; 5], block: &[u8]) {
    let mut words: Vec<u32> = block.chunks_exact(4).map(|four| four.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))).collect();
    for at in 16..80 {
        words.push((words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1));
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for (at, word) in words.iter().enumerate() {
        let (mixed, constant) = match at {
            0..20 => (b & c | !b & d, 0x5A82_7999_u32),
            20..40 => (b ^ c ^ d, 0x6ED9_EBA1),
            40..60 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6),
        };
        let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(*word).wrapping_add(constant);
        (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
    }
    for (own, added) in state.iter_mut().zip([a, b, c, d, e]) {
        *own = own.wrapping_add(added);
    }
}

#[cfg(test)]
mod tests {
    use super::sha1;

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(sha1(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(sha1(&b"a".repeat(1_000)), "291e9a6c66994949b57ba5e650361e98fc36b1ba");
    }
}
