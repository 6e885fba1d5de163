/** φ in a file: JSON. */
export interface SavedPhi {
  readonly format: 'metaperturb-phi';
  readonly version: 1;
  /** Where the numbers come from. */
  readonly source: string;
  /** `crc32:` and eight hexadecimal digits, of the values as little-endian float32. */
  readonly checksum: string;
  /** 82 numbers in the order of the layout, without its gaps. */
  readonly values: readonly number[];
}
