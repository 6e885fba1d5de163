/** Sets of fusion group numbers. */
export class Reach {
  readonly #rows: Uint32Array[] = [];
  readonly #words: number;
  constructor(capacity: number) {
    this.#words = Math.ceil(capacity / 32);
  }
  add(): void {
    this.#rows.push(new Uint32Array(this.#words));
  }
  has(from: number, to: number): boolean {
    return ((this.#rows[from]![to >>> 5]! >>> (to & 31)) & 1) === 1;
  }
  /** Everything that `to` reaches, and `to`, becomes reachable from `from` and from all that reach `from`. */
  connect(from: number, to: number): void {
    if (this.has(from, to)) return;
    const target = this.#rows[to]!;
    for (let fusion = 0; fusion < this.#rows.length; fusion++) {
      if (fusion !== from && !this.has(fusion, from)) continue;
      const row = this.#rows[fusion]!;
      for (let word = 0; word < this.#words; word++) row[word]! |= target[word]!;
      row[to >>> 5]! |= 1 << (to & 31);
    }
  }
}
