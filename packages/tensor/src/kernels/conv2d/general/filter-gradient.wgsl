// The filter gradient seen as a matrix product with a long sum over every output pixel of every image.
//   a[row, k] = x[image, oh·stride + kh − padTop, ow·stride + kw − padLeft, c], zero outside; row = (kh, kw, c)
//   b[k, column] = dy[image, oh, ow, column]                           with k = (image, oh, ow)
// Coordinates are u32 and may wrap below zero: what lies outside the image then fails the test against its size.

struct Row {
  base: u32,
  y: u32,
  x: u32,
}

fn row_of(batch: u32, row: u32) -> Row {
  let tap = row / IN_CHANNELS();
  return Row(
    a_batch(batch) + row % IN_CHANNELS(),
    tap / FILTER_WIDTH() - PAD_TOP(),
    tap % FILTER_WIDTH() - PAD_LEFT(),
  );
}

fn a_element(row: Row, k: u32) -> f32 {
  let image = k / (OUT_HEIGHT() * OUT_WIDTH());
  let pixel = k % (OUT_HEIGHT() * OUT_WIDTH());
  let y = pixel / OUT_WIDTH() * STRIDE_Y() + row.y;
  let x = pixel % OUT_WIDTH() * STRIDE_X() + row.x;
  if (y >= HEIGHT() || x >= WIDTH()) {
    return 0.0;
  }
  return load_a(row.base + ((image * HEIGHT() + y) * WIDTH() + x) * IN_CHANNELS());
}

fn b_element(base: u32, k: u32, column: u32) -> f32 {
  return load_b(base + k * OUT_CHANNELS() + column);
}
