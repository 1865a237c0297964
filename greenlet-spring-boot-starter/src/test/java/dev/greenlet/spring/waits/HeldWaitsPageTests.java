package dev.greenlet.spring.waits;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.testing.Hold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/**
 * Measures each wait below each hold, on each engine and kind of lane, and compares the result with
 * the table of docs/waits.md. With {@code -Dgreenlet.waits.write=true} it writes the table instead.
 */
@Timeout(600)
class HeldWaitsPageTests {
  private static final List<EngineChoice> ENGINES =
      List.of(EngineChoice.NATIVE, EngineChoice.PORTABLE);
  private static final List<Boolean> LANES = List.of(true, false);

  private record Row(String label, Wait.Opening opening) {}

  private record Cell(EngineChoice engine, boolean onHub, Row row, Hold.Way way) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("JDBC", DatabaseWaits::statement),
          new Row("hub socket", JdkWaits::hubSocketRead),
          new Row("HTTP", () -> HttpWaits.restClient(JdkClientHttpRequestFactory::new)),
          new Row("sleep", JdkWaits::greenletSleep),
          new Row("join", JdkWaits::join),
          new Row("queue", JdkWaits::greenletQueue),
          new Row("lock", JdkWaits::greenletLock),
          new Row("file", JdkWaits::fileRead),
          new Row("DNS", JdkWaits::nameLookUp));

  private final Map<Cell, ServedBystander> measured = new HashMap<>();

  @TestFactory
  Stream<DynamicNode> whateverAGreenletHoldsWhileItWaitsTheOthersOfItsLaneRunWithinTwoSeconds() {
    List<DynamicNode> tests = new ArrayList<>();
    for (Cell cell : cells()) {
      tests.add(
          DynamicTest.dynamicTest(
              "%s %s %s %s"
                  .formatted(
                      cell.engine(),
                      cell.onHub() ? "hub" : "shared lane",
                      cell.row().label(),
                      cell.way()),
              () -> measured.put(cell, measure(cell))));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "the page says what was measured", () -> MeasuredPage.HELD_WAITS.compare(table())));
    return tests.stream();
  }

  private static ServedBystander measure(Cell cell) throws Exception {
    return new HeldWaitMeasurement(cell.engine(), cell.onHub(), cell.way(), cell.row().opening())
        .measure();
  }

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (EngineChoice engine : ENGINES) {
      for (boolean onHub : LANES) {
        for (Row row : ROWS) {
          for (Hold.Way way : Hold.Way.values()) {
            cells.add(new Cell(engine, onHub, row, way));
          }
        }
      }
    }
    return cells;
  }

  private String table() {
    StringBuilder table = new StringBuilder("| engine, lane | wait |");
    for (Hold.Way way : Hold.Way.values()) {
      table.append(' ').append(heading(way)).append(" |");
    }
    table.append("\n|---|---|").append("---|".repeat(Hold.Way.values().length)).append('\n');
    for (EngineChoice engine : ENGINES) {
      for (boolean onHub : LANES) {
        ROWS.forEach(row -> table.append(line(engine, onHub, row)));
      }
    }
    return table.toString();
  }

  private String line(EngineChoice engine, boolean onHub, Row row) {
    return Arrays.stream(Hold.Way.values())
        .map(
            way ->
                Objects.requireNonNull(
                        measured.get(new Cell(engine, onHub, row, way)), "not measured")
                    .toString())
        .collect(
            Collectors.joining(
                " | ",
                "| %s, %s | %s | "
                    .formatted(
                        engine.name().toLowerCase(java.util.Locale.ROOT),
                        onHub ? "hub" : "shared",
                        row.label()),
                " |\n"));
  }

  private static String heading(Hold.Way way) {
    return switch (way) {
      case NOTHING -> "plain";
      case CLASS_INITIALISER -> "in a class initialiser";
      case NATIVE_FRAME -> "under a native frame";
      case MONITOR -> "with a monitor";
      case REENTRANT_LOCK -> "with a `ReentrantLock`";
      case COMPUTE_IF_ABSENT -> "inside `computeIfAbsent`";
    };
  }
}
