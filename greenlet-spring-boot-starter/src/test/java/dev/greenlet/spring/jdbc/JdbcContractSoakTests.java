package dev.greenlet.spring.jdbc;

import static dev.greenlet.engine.EngineChoice.NATIVE;
import static dev.greenlet.engine.EngineChoice.PORTABLE;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** All combinations of engine, sockets and TLS, with each database and driver. */
@Tag("soak")
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class JdbcContractSoakTests extends JdbcContract {

  JdbcContractSoakTests(Cell cell) {
    super(cell);
  }

  static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (TestDatabase database : TestDatabases.found()) {
      for (EngineChoice engine : List.of(NATIVE, PORTABLE)) {
        cells.add(new Cell(database, engine, true, false));
        cells.add(new Cell(database, engine, false, false));
        if (!database.tlsUrl().isEmpty()) {
          cells.add(new Cell(database, engine, true, true));
          cells.add(new Cell(database, engine, false, true));
        }
      }
    }
    return cells;
  }
}
