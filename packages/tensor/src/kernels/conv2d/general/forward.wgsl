// The forward convolution seen as a matrix product: row (image, oh, ow) of the patch matrix times the filter.
//   a[row, k] = x[image, oh·stride + kh − padTop, ow·stride + kw − padLeft, c], zero outside the image
//   b[k, column] = filter[kh, kw, c, column]                           with k = (kh, kw, c)
// Coordinates are u32 and may wrap below zero: what lies outside the image then fails the test against its size.

struct Row {
  base: u32,
  y: u32,
  x: u32,
}

fn row_of(batch: u32, row: u32) -> Row {
  let image = row / (OUT_HEIGHT() * OUT_WIDTH());
  let pixel = row % (OUT_HEIGHT() * OUT_WIDTH());
  return Row(
    a_batch(batch) + image * (HEIGHT() * WIDTH() * IN_CHANNELS()),
    pixel / OUT_WIDTH() * STRIDE_Y() - PAD_TOP(),
    pixel % OUT_WIDTH() * STRIDE_X() - PAD_LEFT(),
  );
}

fn a_element(row: Row, k: u32) -> f32 {
  let tap = k / IN_CHANNELS();
  let y = row.y + tap / FILTER_WIDTH();
  let x = row.x + tap % FILTER_WIDTH();
  if (y >= HEIGHT() || x >= WIDTH()) {
    return 0.0;
  }
  return load_a(row.base + (y * WIDTH() + x) * IN_CHANNELS() + k % IN_CHANNELS());
}

fn b_element(base: u32, k: u32, column: u32) -> f32 {
  return load_b(base + k * OUT_CHANNELS() + column);
}
