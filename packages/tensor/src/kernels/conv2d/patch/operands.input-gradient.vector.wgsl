// Operands of the input gradient in steps of four channels of y's cotangent: output channels are a multiple of 4 and both
// operands aligned. The filter's fastest axis is the summed one, so its block is read along k and transposed.

alias Patch = vec4<f32>;
alias FilterBlock = mat4x4<f32>;

fn read_patch(index: u32) -> Patch {
  return load4_a(index);
}

/// STEP rows of the transposed filter at one tap, four columns each.
fn read_filter(base: u32, tap: u32, channel: u32, column: u32) -> FilterBlock {
  let at = base + tap * (IN_CHANNELS() * OUT_CHANNELS()) + channel;
  return transpose(FilterBlock(
    load4_b(at + min(column, IN_CHANNELS() - 1u) * OUT_CHANNELS()),
    load4_b(at + min(column + 1u, IN_CHANNELS() - 1u) * OUT_CHANNELS()),
    load4_b(at + min(column + 2u, IN_CHANNELS() - 1u) * OUT_CHANNELS()),
    load4_b(at + min(column + 3u, IN_CHANNELS() - 1u) * OUT_CHANNELS()),
  ));
}

fn product(block: FilterBlock, own: Patch) -> vec4<f32> {
  return block * own;
}
