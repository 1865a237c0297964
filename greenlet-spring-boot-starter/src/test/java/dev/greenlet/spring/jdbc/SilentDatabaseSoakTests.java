package dev.greenlet.spring.jdbc;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabases;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each driver in each pool on each engine and each kind of socket. */
@Tag("soak")
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class SilentDatabaseSoakTests extends SilentDatabase {

  SilentDatabaseSoakTests(Cell cell) {
    super(cell);
  }

  static List<Cell> cells() {
    return TestDatabases.found().stream()
        .flatMap(
            database ->
                Stream.of(PoolKind.values())
                    .flatMap(
                        pool ->
                            Stream.of(EngineChoice.NATIVE, EngineChoice.PORTABLE)
                                .flatMap(
                                    engine ->
                                        Stream.of(true, false)
                                            .map(hub -> new Cell(database, pool, engine, hub)))))
        .filter(
            cell -> !cell.hubSockets() || cell.pool() != PoolKind.DBCP) // supports the JDK's only
        .toList();
  }
}
