// Operands one element at a time: any channels, any alignment. FILTER_ROW and FILTER_COLUMN are the distances in the
// filter between neighbours along the summed channel and along the result's columns.

alias Patch = f32;
alias FilterBlock = vec4<f32>;

fn read_patch(index: u32) -> Patch {
  return load_a(index);
}

/// STEP rows of the filter at one tap, four columns each.
fn read_filter(base: u32, tap: u32, channel: u32, column: u32) -> FilterBlock {
  let at = base + tap * (IN_CHANNELS() * OUT_CHANNELS()) + channel * FILTER_ROW();
  return vec4<f32>(
    load_b(at + min(column, COLUMNS() - 1u) * FILTER_COLUMN()),
    load_b(at + min(column + 1u, COLUMNS() - 1u) * FILTER_COLUMN()),
    load_b(at + min(column + 2u, COLUMNS() - 1u) * FILTER_COLUMN()),
    load_b(at + min(column + 3u, COLUMNS() - 1u) * FILTER_COLUMN()),
  );
}

fn product(block: FilterBlock, own: Patch) -> vec4<f32> {
  return block * own;
}
