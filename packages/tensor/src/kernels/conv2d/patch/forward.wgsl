// What a forward convolution reads. A row of the result is an output pixel (image, oh, ow); the tap (kh, kw) of the filter
// reads one pixel of x for it. Coordinates are u32 and may wrap below zero: what lies outside the image then fails the
// test against its size.

const NONE: u32 = 0xffffffffu;
/// A coordinate from which no tap comes back into an image.
const FAR: u32 = 0x80000000u;

/// All output pixels use all taps, so there is one phase.
fn PHASE_PIXELS() -> u32 { return ROWS(); }
fn TAP_STEP_Y() -> u32 { return 1u; }
fn TAP_STEP_X() -> u32 { return 1u; }
fn PATCH_CHANNELS() -> u32 { return IN_CHANNELS(); }

struct Pixel {
  base: u32,
  y: u32,
  x: u32,
}

fn first_tap(phase: u32) -> vec2<u32> {
  return vec2<u32>(0u, 0u);
}

fn row_of(phase: u32, index: u32) -> u32 {
  return select(NONE, index, index < ROWS());
}

fn pixel_of(batch: u32, row: u32) -> Pixel {
  let within = row % (OUT_HEIGHT() * OUT_WIDTH());
  return Pixel(
    a_batch(batch) + row / (OUT_HEIGHT() * OUT_WIDTH()) * (HEIGHT() * WIDTH() * IN_CHANNELS()),
    select(within / OUT_WIDTH() * STRIDE_Y() - PAD_TOP(), FAR, row == NONE),
    within % OUT_WIDTH() * STRIDE_X() - PAD_LEFT(),
  );
}

/// Index of channel 0 of the pixel that a tap reads, NONE outside the image.
fn patch_at(pixel: Pixel, kh: u32, kw: u32) -> u32 {
  let y = pixel.y + kh;
  let x = pixel.x + kw;
  return select(NONE, pixel.base + (y * WIDTH() + x) * IN_CHANNELS(), y < HEIGHT() && x < WIDTH());
}
