package dev.greenlet.inspect;

import dev.greenlet.Printable;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Renders snapshots as text for a terminal: an indented tree of {@value
 * GreenletSnapshot#MAX_RENDERED_DEPTH} levels. Descendants below those are counted. Stateless; any
 * thread may call it.
 */
public final class ForestText {
  private ForestText() {}

  /**
   * Renders a forest.
   *
   * @param forest the snapshot
   * @return lines, each with its line feed
   */
  public static String render(ForestSnapshot forest) {
    StringBuilder text = new StringBuilder();
    for (HubSnapshot hub : forest.hubs()) {
      text.append(
          "hub %s %s live=%d ready=%d switches=%d%s\n"
              .formatted(
                  hub.name(),
                  word(hub.state()),
                  hub.live(),
                  hub.ready(),
                  hub.switches(),
                  lent(hub)));
    }
    for (LaneSnapshot lane : forest.lanes()) {
      text.append(
          "lane %s live=%d carriers=%d%s\n"
              .formatted(lane.name(), lane.live(), lane.carriers(), starved(lane)));
    }
    if (forest.greenlets().isEmpty()) {
      text.append("no greenlets\n");
    }
    for (GreenletSnapshot root : forest.greenlets()) {
      append(text, root, 1, "", "");
    }
    return text.toString();
  }

  /**
   * Renders one greenlet with its descendants, its stack and, if known, the place of its spawn.
   *
   * @param detail the snapshot
   * @return lines, each with its line feed
   */
  public static String render(GreenletDetail detail) {
    StringBuilder text = new StringBuilder();
    append(text, detail.greenlet(), 1, "", "");
    append(text, "spawned at", detail.spawnedAt());
    append(text, "stack", detail.stack());
    return text.toString();
  }

  private static void append(StringBuilder text, String title, List<StackTraceElement> frames) {
    if (!frames.isEmpty()) {
      text.append(title).append('\n');
      frames.forEach(
          frame -> text.append("  ").append(Printable.of(frame.toString())).append('\n'));
    }
  }

  private static void append(
      StringBuilder text, GreenletSnapshot greenlet, int depth, String first, String following) {
    text.append(first).append(line(greenlet)).append('\n');
    List<GreenletSnapshot> children = greenlet.children();
    if (depth == GreenletSnapshot.MAX_RENDERED_DEPTH && !children.isEmpty()) {
      int more = greenlet.subtree().size() - 1;
      text.append(following).append("└── … ").append(more).append(" more below\n");
      return;
    }
    for (int i = 0; i < children.size(); i++) {
      boolean last = i == children.size() - 1;
      append(
          text,
          children.get(i),
          depth + 1,
          following + (last ? "└── " : "├── "),
          following + (last ? "    " : "│   "));
    }
  }

  private static String lent(HubSnapshot hub) {
    return hub.lent() == 0
        ? ""
        : " carriers=%d lent=%d withoutExclusivity=%d"
            .formatted(hub.carriers(), hub.lent(), hub.withoutExclusivity());
  }

  private static String starved(LaneSnapshot lane) {
    Duration starved = lane.starved();
    return starved.isZero() ? "" : " starved for %d ms".formatted(starved.toMillis());
  }

  private static String line(GreenletSnapshot greenlet) {
    WaitReason waitingOn = greenlet.waitingOn();
    return "#%d %s [%s] on %s, %s%s, %d ms, %d switches"
        .formatted(
            greenlet.id(),
            greenlet.name(),
            greenlet.kind(),
            greenlet.lane(),
            word(greenlet.state()),
            waitingOn == null ? "" : " on " + waitingOn,
            greenlet.age().toMillis(),
            greenlet.switches());
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
