// The input gradient seen as a matrix product: row (image, h, w) gathers the output pixels that read this input pixel.
//   a[row, k] = dy[image, (h + padTop − kh) / stride, (w + padLeft − kw) / stride, o], zero between strides and outside
//   b[k, column] = filter[kh, kw, column, o]                           with k = (kh, kw, o)
// Coordinates are u32 and may wrap below zero: the quotient then lies far beyond the last output row.

struct Row {
  base: u32,
  y: u32,
  x: u32,
}

fn row_of(batch: u32, row: u32) -> Row {
  let image = row / (HEIGHT() * WIDTH());
  let pixel = row % (HEIGHT() * WIDTH());
  return Row(
    a_batch(batch) + image * (OUT_HEIGHT() * OUT_WIDTH() * OUT_CHANNELS()),
    pixel / WIDTH() + PAD_TOP(),
    pixel % WIDTH() + PAD_LEFT(),
  );
}

fn a_element(row: Row, k: u32) -> f32 {
  let tap = k / OUT_CHANNELS();
  let y = row.y - tap / FILTER_WIDTH();
  let x = row.x - tap % FILTER_WIDTH();
  let oh = y / STRIDE_Y();
  let ow = x / STRIDE_X();
  if (y % STRIDE_Y() != 0u || x % STRIDE_X() != 0u || oh >= OUT_HEIGHT() || ow >= OUT_WIDTH()) {
    return 0.0;
  }
  return load_a(row.base + (oh * OUT_WIDTH() + ow) * OUT_CHANNELS() + k % OUT_CHANNELS());
}

fn b_element(base: u32, k: u32, column: u32) -> f32 {
  return load_b(base + (k / OUT_CHANNELS() * IN_CHANNELS() + column) * OUT_CHANNELS() + k % OUT_CHANNELS());
}
