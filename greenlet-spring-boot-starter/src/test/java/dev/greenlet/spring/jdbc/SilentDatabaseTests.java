package dev.greenlet.spring.jdbc;

import static dev.greenlet.engine.EngineChoice.NATIVE;
import static dev.greenlet.engine.EngineChoice.PORTABLE;

import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each pool, driver, engine and kind of socket at least once; the longer suite has all
 * combinations.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class SilentDatabaseTests extends SilentDatabase {

  SilentDatabaseTests(Cell cell) {
    super(cell);
  }

  static List<Cell> cells() {
    List<TestDatabase> databases = TestDatabases.found();
    TestDatabase first = databases.getFirst();
    List<Cell> cells = new ArrayList<>();
    cells.add(new Cell(first, PoolKind.HIKARI, NATIVE, true));
    cells.add(new Cell(first, PoolKind.HIKARI, PORTABLE, false));
    cells.add(new Cell(first, PoolKind.TOMCAT, NATIVE, false));
    cells.add(new Cell(first, PoolKind.TOMCAT, PORTABLE, true));
    cells.add(new Cell(first, PoolKind.DBCP, PORTABLE, false));
    for (TestDatabase other : databases.subList(1, databases.size())) {
      cells.add(new Cell(other, PoolKind.HIKARI, NATIVE, false));
      cells.add(new Cell(other, PoolKind.HIKARI, PORTABLE, true));
    }
    return cells;
  }
}
