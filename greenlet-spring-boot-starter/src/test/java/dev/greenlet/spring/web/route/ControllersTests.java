package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.lang.reflect.Proxy;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A controller may be any class that Spring MVC accepts: routing needs no proxy. */
@EachServer
@Timeout(120)
class ControllersTests {
  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(
                Reference.class,
                FinalClass.class,
                RecordClass.class,
                SealedClass.class,
                ClosedMethods.class,
                LazyClass.class,
                PrototypeClass.class,
                Proxies.class),
            "greenlet.hubs=4",
            "greenlet.web.hub-names=none,one,two",
            "spring.aop.proxy-target-class=false");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aClassMayBeFinalARecordOrSealed() {
    assertThatItRunsOnItsHub("/final");
    assertThatItRunsOnItsHub("/record");
    assertThatItRunsOnItsHub("/sealed");
    assertThat(application.bean(FinalClass.class).getClass()).isEqualTo(FinalClass.class);
  }

  @Test
  void aHandlerMayBeFinalPrivateOrStatic() {
    assertThatItRunsOnItsHub("/methods/final");
    assertThatItRunsOnItsHub("/methods/private");
    assertThatItRunsOnItsHub("/methods/static");
  }

  @Test
  void aControllerMayBeCreatedLateOrForEachRequest() {
    assertThatItRunsOnItsHub("/lazy");
    assertThatItRunsOnItsHub("/prototype");
  }

  @Test
  void anAnnotationOfAClassCountsBehindAProxyOfItsInterface() {
    assertThat(Proxy.isProxyClass(application.bean(Api.class).getClass())).isTrue();
    assertThatItRunsOnItsHub("/api/7");
    assertThat(application.get("/api/7").body()).isEqualTo(application.get("/api/07").body());
  }

  private void assertThatItRunsOnItsHub(String path) {
    assertThat(application.get(path).body()).isEqualTo(application.get("/reference/7").body());
  }

  private static String currentLane() {
    return Greenlets.current().lane().name();
  }

  @RestController
  static class Reference {
    @GetMapping("/reference/{id}")
    @Greenlet(hub = "one", key = "#id")
    String handle(@PathVariable long id) {
      return currentLane();
    }
  }

  @RestController
  @Greenlet(hub = "one", key = "'7'")
  static final class FinalClass {
    @GetMapping("/final")
    String handle() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet(hub = "one", key = "'7'")
  record RecordClass() {
    @GetMapping("/record")
    String handle() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet(hub = "one", key = "'7'")
  static sealed class SealedClass permits Permitted {
    @GetMapping("/sealed")
    String handle() {
      return currentLane();
    }
  }

  static final class Permitted extends SealedClass {}

  @RestController
  @Greenlet(hub = "one", key = "'7'")
  static class ClosedMethods {
    @GetMapping("/methods/final")
    final String ofFinal() {
      return currentLane();
    }

    @GetMapping("/methods/private")
    private String ofPrivate() {
      return currentLane();
    }

    @GetMapping("/methods/static")
    static String ofStatic() {
      return currentLane();
    }
  }

  @RestController
  @Lazy
  @Greenlet(hub = "one", key = "'7'")
  static class LazyClass {
    @GetMapping("/lazy")
    String handle() {
      return currentLane();
    }
  }

  @RestController
  @Scope("prototype")
  @Greenlet(hub = "one", key = "'7'")
  static class PrototypeClass {
    @GetMapping("/prototype")
    String handle() {
      return currentLane();
    }
  }

  @RestController
  interface Api {
    @GetMapping("/api/{id}")
    String handle(@PathVariable("id") long number);
  }

  static class Implementation implements Api {
    @Override
    @Greenlet(hub = "one", key = "#id")
    public String handle(long id) {
      return currentLane();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Proxies {
    @Bean
    static BeanNameAutoProxyCreator proxies() {
      BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
      creator.setBeanNames("api");
      creator.setInterceptorNames("around");
      return creator;
    }

    @Bean
    static MethodInterceptor around() {
      return invocation -> invocation.proceed();
    }

    @Bean
    Api api() {
      return new Implementation();
    }
  }
}
