package dev.greenlet.inspect;

import dev.greenlet.Hub;

/**
 * A hub at one moment.
 *
 * @param name its name
 * @param state what it was doing
 * @param live how many unfinished greenlets were at home there
 * @param ready how many of them were ready to run
 * @param switches how many slices it had run
 * @param carriers how many threads it had; see {@link Hub#carriers}
 * @param lent how often it had been lent; see {@link Hub#lent}
 * @param withoutExclusivity how often code ran beside its greenlets; see {@link
 *     Hub#withoutExclusivity}
 */
public record HubSnapshot(
    String name,
    Hub.State state,
    int live,
    int ready,
    long switches,
    int carriers,
    long lent,
    long withoutExclusivity) {
  static HubSnapshot of(Hub hub) {
    return new HubSnapshot(
        hub.name(),
        hub.state(),
        hub.live(),
        hub.ready(),
        hub.switches(),
        hub.carriers(),
        hub.lent(),
        hub.withoutExclusivity());
  }
}
