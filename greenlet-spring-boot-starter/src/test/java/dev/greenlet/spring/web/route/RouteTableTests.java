package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.route.Route.Placement;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AliasFor;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The annotation that applies to a handler method. */
class RouteTableTests {
  private final RouteTable annotated =
      new RouteTable(() -> new RouteRules(false, List.of()), text -> text, _ -> false);
  private final RouteTable all =
      new RouteTable(() -> new RouteRules(true, List.of()), text -> text, _ -> false);

  @Test
  void aMetaAnnotationAppliesWithItsOwnAndItsAliasedAttributes() {
    Route route = routeOf(Meta.class, "handle");

    assertThat(route.group()).isEqualTo("tenants");
    assertThat(route.exclusive()).isTrue();
    assertThat(route.placement()).isInstanceOf(Placement.ByKey.class);
    assertThat(route.name()).isEqualTo(new NameTemplate("for {tenant}"));
  }

  @Test
  void theAnnotationOfASuperclassIsInherited() {
    assertThat(routeOf(Inheriting.class, "handle").group()).isEqualTo("base");
    assertThat(routeOf(Overriding.class, "handle").group()).isEqualTo("over");
  }

  @Test
  void annotationsOfAnInterfaceApply() {
    assertThat(routeOf(Implementing.class, "one").group()).isEqualTo("api");
    assertThat(routeOf(Implementing.class, "two").group()).isEqualTo("two");
    assertThat(routeOf(Implementing.class, "three").group()).isEqualTo("mine");
  }

  @Test
  void aGenericMethodIsFoundDirectlyAndByItsBridge() {
    assertThat(
            Arrays.stream(Typed.class.getMethods())
                .filter(method -> method.getName().equals("find"))
                .map(method -> annotated.find(method, Typed.class)))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            route -> {
              assertThat(route).isNotNull();
              assertThat(route.placement()).isInstanceOf(Placement.ByKey.class);
            });
  }

  @Test
  void theAnnotationOfTheMethodReplacesTheOneOfTheClass() {
    Route route = routeOf(Mixed.class, "spread");

    assertThat(route.placement()).isInstanceOf(Placement.LeastBusy.class);
    assertThat(route.exclusive()).isFalse();
  }

  @Test
  void controllersWithoutAnnotationAreRoutedIfAllControllersAre() {
    assertThat(find(annotated, Plain.class, "handle")).isNull();
    assertThat(find(all, Plain.class, "handle"))
        .isEqualTo(new Route(Plain.class.getName(), new Placement.OnHub(0), false, null, null));
    assertThat(find(all, Mixed.class, "spread").placement())
        .isInstanceOf(Placement.LeastBusy.class);
  }

  @Test
  void springsOwnControllersAreNeverRouted() {
    Class<?> own = org.springframework.boot.webmvc.autoconfigure.error.BasicErrorController.class;

    assertThat(find(all, own, "error")).isNull();
  }

  @Test
  void groupsAreDistributedOverTheHubsDeclaredOnesFirst() {
    RouteTable declared =
        new RouteTable(() -> new RouteRules(true, List.of("x", "two")), text -> text, _ -> false);

    assertThat(find(declared, Plain.class, "handle").placement()).isEqualTo(new Placement.OnHub(2));
    assertThat(find(declared, Second.class, "handle").placement())
        .isEqualTo(new Placement.OnHub(1));
    assertThat(find(declared, Third.class, "handle").placement()).isEqualTo(new Placement.OnHub(3));
    assertThat(find(declared, Plain.class, "handle").placement()).isEqualTo(new Placement.OnHub(2));
  }

  @Test
  void textsMayContainPlaceholders() {
    MockEnvironment environment =
        new MockEnvironment()
            .withProperty("my.hub", "stock")
            .withProperty("my.key", "#path['id']")
            .withProperty("my.name", "item");
    RouteTable table =
        new RouteTable(
            () -> new RouteRules(false, List.of("stock")),
            environment::resolveRequiredPlaceholders,
            _ -> false);

    Route route = find(table, ByProperties.class, "handle");

    assertThat(route.group()).isEqualTo("stock");
    assertThat(route.placement())
        .isInstanceOfSatisfying(
            Placement.ByKey.class, byKey -> assertThat(byKey.key()).hasToString("#path['id']"));
    assertThat(route.name()).isEqualTo(new NameTemplate("item {id}"));
  }

  private Route routeOf(Class<?> controller, String method) {
    return find(annotated, controller, method);
  }

  @SuppressWarnings("NullAway") // tests ask for null too
  private static Route find(RouteTable table, Class<?> controller, String name) {
    Method method =
        Arrays.stream(controller.getMethods())
            .filter(candidate -> candidate.getName().equals(name) && !candidate.isBridge())
            .findFirst()
            .orElseThrow();
    @Nullable Route route = table.find(method, controller);
    return route;
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Greenlet(hub = "tenants", exclusive = true, name = "for {tenant}")
  @interface ForTenant {
    @AliasFor(annotation = Greenlet.class, attribute = "key")
    String by();
  }

  @RestController
  static class Meta {
    @ForTenant(by = "#tenant")
    @GetMapping("/{tenant}")
    public String handle(String tenant) {
      return tenant;
    }
  }

  @Greenlet(hub = "base")
  abstract static class Base {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  static class Inheriting extends Base {}

  @RestController
  static class Overriding extends Base {
    @Override
    @Greenlet(hub = "over")
    public String handle() {
      return "";
    }
  }

  @Greenlet(hub = "api")
  interface Api {
    @GetMapping("/one")
    String one();

    @Greenlet(hub = "two")
    @GetMapping("/two")
    String two();

    @Greenlet(hub = "three")
    @GetMapping("/three")
    String three();
  }

  @Controller
  static class Implementing implements Api {
    @Override
    public String one() {
      return "";
    }

    @Override
    public String two() {
      return "";
    }

    @Override
    @Greenlet(hub = "mine")
    public String three() {
      return "";
    }
  }

  abstract static class Generic<K> {
    @Greenlet(key = "#id")
    @GetMapping("/{id}")
    public abstract String find(K id);
  }

  @RestController
  static class Typed extends Generic<Long> {
    @Override
    public String find(Long id) {
      return "";
    }
  }

  @RestController
  @Greenlet(hub = "mixed", exclusive = true)
  static class Mixed {
    @Greenlet(spread = true)
    @GetMapping("/")
    public String spread() {
      return helper();
    }

    public String helper() {
      return "";
    }
  }

  @RestController
  static class Plain {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  @Greenlet(hub = "two")
  static class Second extends Plain {}

  @RestController
  static class Third extends Plain {}

  @RestController
  static class ByProperties {
    @Greenlet(hub = "${my.hub}", key = "${my.key}", name = "${my.name} {id}")
    @GetMapping("/{id}")
    public String handle() {
      return "";
    }
  }
}
