// A step adds the products of STEP channels of one tap to all sums of a lane.
//
// The three functions below are loops over p < PIXELS_PER_LANE and j < COLUMN_LANES, written out: whether a compiler unrolls
// so long a loop hangs on small things, and where it does not, `sums` leaves the registers and a third of the speed is left.

fn add_step(team: u32, channel: u32, base: u32, tap: u32, column: u32) {
  let block = read_filter(base, tap, channel, column);
  add_pixel(0u, team, channel, block);
  if (PIXELS_PER_LANE > 1u) {
    add_pixel(1u, team, channel, block);
  }
  if (PIXELS_PER_LANE > 2u) {
    add_pixel(2u, team, channel, block);
    add_pixel(3u, team, channel, block);
  }
  if (PIXELS_PER_LANE > 4u) {
    add_pixel(4u, team, channel, block);
    add_pixel(5u, team, channel, block);
    add_pixel(6u, team, channel, block);
    add_pixel(7u, team, channel, block);
  }
}

fn add_pixel(p: u32, team: u32, channel: u32, block: FilterBlock) {
  let inside = places[p] != NONE;
  let own = select(Patch(), read_patch(select(0u, places[p] + channel, inside)), inside);
  add_lane(p, 0u, team, own, block);
  if (COLUMN_LANES > 1u) {
    add_lane(p, 1u, team, own, block);
  }
  if (COLUMN_LANES > 2u) {
    add_lane(p, 2u, team, own, block);
    add_lane(p, 3u, team, own, block);
  }
  if (COLUMN_LANES > 4u) {
    add_lane(p, 4u, team, own, block);
    add_lane(p, 5u, team, own, block);
    add_lane(p, 6u, team, own, block);
    add_lane(p, 7u, team, own, block);
  }
}

fn add_lane(p: u32, j: u32, team: u32, own: Patch, block: FilterBlock) {
  sums[p * COLUMN_LANES + j] += product(block, share(own, team, j));
}
