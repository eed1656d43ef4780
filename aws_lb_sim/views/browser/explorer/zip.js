/* A ZIP archive, the same bytes as Python's Bundle.zip(). */

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers: [value, bytes] pairs. */
function numbers(...pairs) {
  const bytes = [];
  for (const [value, size] of pairs) {
    for (let place = 0; place < size; place += 1) bytes.push((value >>> (8 * place)) & 0xff);
  }
  return bytes;
}

// APPNOTE.TXT of PKWARE, 4.3 and 4.4: stored, not compressed; dated 1980-01-01; made on Unix.
const DATED = 33;
const [FILE_MODE, SCRIPT_MODE] = [0o100644, 0o100755];

export function zip(files) {
  const encoder = new TextEncoder();
  const [chunks, directory] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [label, data] = [encoder.encode(name), encoder.encode(text)];
    const sizes = [
      [crc32(data), 4],
      [data.length, 4],
      [data.length, 4],
      [label.length, 2],
      [0, 2],
    ];
    const common = [[20, 2], [0, 2], [0, 2], [0, 2], [DATED, 2], ...sizes];
    const mode = name.endsWith(".sh") ? SCRIPT_MODE : FILE_MODE;
    const head = Uint8Array.from(numbers([0x04034b50, 4], ...common));
    const entry = numbers(
      [0x02014b50, 4],
      [20, 1],
      [3, 1],
      ...common,
      [0, 2],
      [0, 2],
      [0, 2],
      [mode * 65536, 4],
      [offset, 4],
    );
    directory.push(Uint8Array.from(entry), label);
    chunks.push(head, label, data);
    offset += head.length + label.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = numbers(
    [0x06054b50, 4],
    [0, 4],
    [count, 2],
    [count, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  );
  return new Blob([...chunks, ...directory, Uint8Array.from(end)], { type: "application/zip" });
}
