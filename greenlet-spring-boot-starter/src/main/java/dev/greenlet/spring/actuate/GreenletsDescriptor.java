package dev.greenlet.spring.actuate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.greenlet.Printable;
import dev.greenlet.WaitReason;
import dev.greenlet.inspect.ForestSnapshot;
import dev.greenlet.inspect.GreenletDetail;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.inspect.HubSnapshot;
import dev.greenlet.inspect.LaneSnapshot;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The response of the endpoint: the lanes and the live greenlets, {@value
 * GreenletSnapshot#MAX_RENDERED_DEPTH} levels of each tree, and the number of greenlets below
 * those. The names and types of its fields are kept stable. Immutable, as are the records within.
 *
 * @param hubs the hubs
 * @param lanes the lanes that are not hubs
 * @param greenlets the roots, with their children
 */
public record GreenletsDescriptor(
    List<HubDescriptor> hubs, List<LaneDescriptor> lanes, List<GreenletDescriptor> greenlets)
    implements OperationResponseBody {

  static GreenletsDescriptor of(ForestSnapshot forest) {
    return new GreenletsDescriptor(
        forest.hubs().stream().map(HubDescriptor::of).toList(),
        forest.lanes().stream().map(LaneDescriptor::of).toList(),
        forest.greenlets().stream().map(root -> GreenletDescriptor.of(root, 1)).toList());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * A hub.
   *
   * @param name its name
   * @param state {@code idle}, {@code running} or {@code closed}
   * @param live the number of live greenlets whose lane it is
   * @param ready the number of greenlets that are ready to run
   * @param switches the number of slices that it has run
   * @param carriers the number of its threads: more than one while pinned greenlets wait
   * @param lent the number of waits that did not give up the hub, during which others ran on it
   * @param withoutExclusivity the number of such waits after which code ran in parallel with others
   */
  public record HubDescriptor(
      String name,
      String state,
      int live,
      int ready,
      long switches,
      int carriers,
      long lent,
      long withoutExclusivity) {
    static HubDescriptor of(HubSnapshot hub) {
      return new HubDescriptor(
          hub.name(),
          word(hub.state()),
          hub.live(),
          hub.ready(),
          hub.switches(),
          hub.carriers(),
          hub.lent(),
          hub.withoutExclusivity());
    }
  }

  /**
   * A lane with several carriers.
   *
   * @param name its name
   * @param live the number of live greenlets whose lane it is
   * @param carriers the number of its carriers, on the native engine
   * @param maxCarriers the maximum number of its carriers
   * @param starvedMs the time in milliseconds for which greenlets have been ready while all
   *     carriers were occupied
   */
  public record LaneDescriptor(
      String name, int live, int carriers, int maxCarriers, long starvedMs) {
    static LaneDescriptor of(LaneSnapshot lane) {
      return new LaneDescriptor(
          lane.name(), lane.live(), lane.carriers(), lane.maxCarriers(), lane.starved().toMillis());
    }
  }

  /**
   * A greenlet.
   *
   * @param id its id
   * @param name its name: the method and path of a request
   * @param kind its kind: {@code request}, {@code task}, …
   * @param lane the name of its lane
   * @param state {@code new}, {@code ready}, {@code running} or {@code parked}
   * @param waitingOn what it waits for, or {@code null}
   * @param ageMs the time since it was spawned, in milliseconds
   * @param switches the number of slices that it has begun
   * @param children its live children; none at the last level that is shown
   * @param more the number of its descendants that are not shown: 0 except at the last level
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record GreenletDescriptor(
      long id,
      String name,
      String kind,
      String lane,
      String state,
      @Nullable WaitDescriptor waitingOn,
      long ageMs,
      long switches,
      List<GreenletDescriptor> children,
      int more) {
    static GreenletDescriptor of(GreenletSnapshot greenlet, int depth) {
      boolean last = depth == GreenletSnapshot.MAX_RENDERED_DEPTH;
      return new GreenletDescriptor(
          greenlet.id(),
          greenlet.name(),
          greenlet.kind(),
          greenlet.lane(),
          word(greenlet.state()),
          WaitDescriptor.of(greenlet.waitingOn()),
          greenlet.age().toMillis(),
          greenlet.switches(),
          last
              ? List.of()
              : greenlet.children().stream().map(child -> of(child, depth + 1)).toList(),
          last ? greenlet.subtree().size() - 1 : 0);
    }
  }

  /**
   * What a greenlet waits for.
   *
   * @param kind {@code jdbc}, {@code http}, {@code sleep}, {@code join}, {@code turn}, …
   * @param detail the object of the wait, without values
   */
  public record WaitDescriptor(String kind, String detail) {
    static @Nullable WaitDescriptor of(@Nullable WaitReason reason) {
      return reason == null ? null : new WaitDescriptor(reason.kind(), reason.detail());
    }
  }

  /**
   * A greenlet with its stack.
   *
   * @param id its id
   * @param name its name
   * @param kind its kind
   * @param lane the name of its lane
   * @param state its state
   * @param waitingOn what it waits for, or {@code null}
   * @param ageMs the time since it was spawned, in milliseconds
   * @param switches the number of slices that it has begun
   * @param children its live children, with as many levels as in the whole tree
   * @param more the number of its descendants that are not shown, here 0
   * @param stack its stack, innermost frame first; empty if it is new or ready
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record GreenletDetailDescriptor(
      long id,
      String name,
      String kind,
      String lane,
      String state,
      @Nullable WaitDescriptor waitingOn,
      long ageMs,
      long switches,
      List<GreenletDescriptor> children,
      int more,
      List<String> stack)
      implements OperationResponseBody {
    static GreenletDetailDescriptor of(GreenletDetail detail) {
      GreenletDescriptor greenlet = GreenletDescriptor.of(detail.greenlet(), 1);
      return new GreenletDetailDescriptor(
          greenlet.id(),
          greenlet.name(),
          greenlet.kind(),
          greenlet.lane(),
          greenlet.state(),
          greenlet.waitingOn(),
          greenlet.ageMs(),
          greenlet.switches(),
          greenlet.children(),
          greenlet.more(),
          detail.stack().stream().map(frame -> Printable.of(frame.toString())).toList());
    }
  }
}
