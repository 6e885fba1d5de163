// The step of step.wgsl for one pixel a lane, in less code: a loop over its channels, from the last to the first, reads one channel of
// the patch and one row of the filter. The sums get the same bits. Fewer loads in the text are faster to compile, and the
// same text serves steps of one channel and of four.

/// Products of the current step: the pixel of each lane of the team × own four columns.
var<private> products: array<vec4<f32>, COLUMN_LANES>;

/// `zero` is 0 in words that hide it from the compiler: the loop stays a loop.
fn add_step(team: u32, channel: u32, base: u32, tap: u32, column: u32, zero: u32) {
  let inside = places[0] != NONE;
  let place = select(0u, places[0] + channel, inside);
  clear_products();
  for (var left = STEP; left > zero; left--) {
    let own = select(Patch(), read_patch(place + left - 1u), inside);
    add_channel(team, own, read_filter(base, tap, channel + left - 1u, column));
  }
  add_products();
}

// What follows are loops over j < COLUMN_LANES, written out as in step.wgsl.

fn clear_products() {
  clear_lane(0u);
  if (COLUMN_LANES > 1u) {
    clear_lane(1u);
  }
  if (COLUMN_LANES > 2u) {
    clear_lane(2u);
    clear_lane(3u);
  }
  if (COLUMN_LANES > 4u) {
    clear_lane(4u);
    clear_lane(5u);
    clear_lane(6u);
    clear_lane(7u);
  }
}

fn add_channel(team: u32, own: Patch, row: FilterBlock) {
  add_lane(0u, team, own, row);
  if (COLUMN_LANES > 1u) {
    add_lane(1u, team, own, row);
  }
  if (COLUMN_LANES > 2u) {
    add_lane(2u, team, own, row);
    add_lane(3u, team, own, row);
  }
  if (COLUMN_LANES > 4u) {
    add_lane(4u, team, own, row);
    add_lane(5u, team, own, row);
    add_lane(6u, team, own, row);
    add_lane(7u, team, own, row);
  }
}

fn add_products() {
  keep_lane(0u);
  if (COLUMN_LANES > 1u) {
    keep_lane(1u);
  }
  if (COLUMN_LANES > 2u) {
    keep_lane(2u);
    keep_lane(3u);
  }
  if (COLUMN_LANES > 4u) {
    keep_lane(4u);
    keep_lane(5u);
    keep_lane(6u);
    keep_lane(7u);
  }
}

fn clear_lane(j: u32) {
  products[j] = vec4<f32>();
}

fn add_lane(j: u32, team: u32, own: Patch, row: FilterBlock) {
  products[j] = fma(row, vec4<f32>(share(own, team + j)), products[j]);
}

fn keep_lane(j: u32) {
  sums[j] += products[j];
}
