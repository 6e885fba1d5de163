// What the input gradient of a convolution reads. A row of the result is an input pixel (image, h, w); the tap (kh, kw) of
// the filter reads the pixel of y's cotangent whose patch had this pixel there. With strides, pixels are taken phase by phase,
// a phase being the pixels with equal (h mod stride, w mod stride): they use the same taps, every stride-th one, and no
// workgroup multiplies by the zeros between. Coordinates are u32 and may wrap below zero: the quotient is then far too large.

const NONE: u32 = 0xffffffffu;
/// A coordinate from which no tap comes back into an image.
const FAR: u32 = 0x80000000u;

fn PHASE_HEIGHT() -> u32 { return (HEIGHT() + STRIDE_Y() - 1u) / STRIDE_Y(); }
fn PHASE_WIDTH() -> u32 { return (WIDTH() + STRIDE_X() - 1u) / STRIDE_X(); }
fn PHASE_PIXELS() -> u32 { return IMAGES() * PHASE_HEIGHT() * PHASE_WIDTH(); }
fn TAP_STEP_Y() -> u32 { return STRIDE_Y(); }
fn TAP_STEP_X() -> u32 { return STRIDE_X(); }
fn PATCH_CHANNELS() -> u32 { return OUT_CHANNELS(); }

struct Pixel {
  base: u32,
  y: u32,
  x: u32,
}

fn first_tap(phase: u32) -> vec2<u32> {
  return vec2<u32>((phase / STRIDE_X() + FIRST_TAP_Y()) % STRIDE_Y(), (phase % STRIDE_X() + FIRST_TAP_X()) % STRIDE_X());
}

fn row_of(phase: u32, index: u32) -> u32 {
  let h = index / PHASE_WIDTH() % PHASE_HEIGHT() * STRIDE_Y() + phase / STRIDE_X();
  let w = index % PHASE_WIDTH() * STRIDE_X() + phase % STRIDE_X();
  let row = (index / (PHASE_WIDTH() * PHASE_HEIGHT()) * HEIGHT() + h) * WIDTH() + w;
  return select(NONE, row, index < PHASE_PIXELS() && h < HEIGHT() && w < WIDTH());
}

fn pixel_of(batch: u32, row: u32) -> Pixel {
  let within = row % (HEIGHT() * WIDTH());
  return Pixel(
    a_batch(batch) + row / (HEIGHT() * WIDTH()) * (OUT_HEIGHT() * OUT_WIDTH() * OUT_CHANNELS()),
    select(within / WIDTH() + PAD_TOP(), FAR, row == NONE),
    within % WIDTH() + PAD_LEFT(),
  );
}

/// Index of channel 0 of the pixel that a tap reads, NONE outside the image.
fn patch_at(pixel: Pixel, kh: u32, kw: u32) -> u32 {
  let oh = (pixel.y - kh) / STRIDE_Y();
  let ow = (pixel.x - kw) / STRIDE_X();
  return select(
    NONE,
    pixel.base + (oh * OUT_WIDTH() + ow) * OUT_CHANNELS(),
    oh < OUT_HEIGHT() && ow < OUT_WIDTH(),
  );
}
