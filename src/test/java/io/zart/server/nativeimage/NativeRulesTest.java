package io.zart.server.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.DurableHandler;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a native image needs to be told, and what may not be in it from the time of its build; found without building one. */
class NativeRulesTest {

    private static final String ROOT = "io.zart.server";
    private static final Set<String> HANDLERS =
            Set.of(DurableHandler.class.getName(), AsyncDurableHandler.class.getName());
    private static final Set<String> REFLECTION = Set.of(
            "newInstance",
            "getMethod",
            "getMethods",
            "getDeclaredMethod",
            "getDeclaredMethods",
            "getField",
            "getFields",
            "getDeclaredField",
            "getDeclaredFields",
            "getConstructor",
            "getConstructors",
            "getDeclaredConstructor",
            "getDeclaredConstructors",
            "getRecordComponents");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void everyRecordThatIsWrittenAsJsonIsRegistered() {
        Set<String> missing = new TreeSet<>();
        for (Class<?> type : written()) {
            if (type.isRecord() && !type.isAnnotationPresent(RegisterForReflection.class)) {
                missing.add(type.getName());
            }
        }
        assertThat(missing).as("records without @RegisterForReflection").isEmpty();
    }

    /** Whatever a resource answers with, whatever is registered already, and what those are made of. */
    private static Set<Class<?>> written() {
        Deque<Type> open = new ArrayDeque<>();
        for (JavaClass found : CLASSES) {
            if (found.isAnnotatedWith(RegisterForReflection.class)
                    || found.getSimpleName().endsWith("View")) {
                open.add(found.reflect());
            }
            if (found.isAnnotatedWith("jakarta.ws.rs.Path")) {
                Stream.of(found.reflect().getDeclaredMethods())
                        .filter(NativeRulesTest::isRoute)
                        .forEach(method -> open.add(method.getGenericReturnType()));
            }
        }
        assertThat(open).hasSizeGreaterThan(20);
        Set<Class<?>> reached = new HashSet<>();
        while (!open.isEmpty()) {
            Type type = open.remove();
            if (type instanceof ParameterizedType generic) {
                open.addAll(Arrays.asList(generic.getActualTypeArguments()));
                open.add(generic.getRawType());
            } else if (type instanceof WildcardType wildcard) {
                open.addAll(Arrays.asList(wildcard.getUpperBounds()));
            } else if (type instanceof GenericArrayType array) {
                open.add(array.getGenericComponentType());
            } else if (type instanceof Class<?> plain && plain.getName().startsWith(ROOT) && reached.add(plain)) {
                if (plain.isRecord()) {
                    Stream.of(plain.getRecordComponents())
                            .map(RecordComponent::getGenericType)
                            .forEach(open::add);
                }
            }
        }
        return reached;
    }

    /** A step's or a handler's result, a payload: whoever reads or writes it by its class names the class. */
    @Test
    void everyRecordWhoseClassIsNamedInCodeIsRegistered() {
        Set<String> missing = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (ReferencedClassObject named : type.getReferencedClassObjects()) {
                JavaClass record = named.getRawType();
                if (isUnregistered(record)) {
                    missing.add(record.getName() + ", named in " + type.getSimpleName());
                }
            }
        }
        assertThat(missing).as("records without @RegisterForReflection").isEmpty();
    }

    /** JSON text passes through as it is, without reflection. */
    private static boolean isUnregistered(JavaClass type) {
        return type.isRecord()
                && type.getPackageName().startsWith(ROOT)
                && !type.isEquivalentTo(JsonText.class)
                && !type.isAnnotatedWith(RegisterForReflection.class);
    }

    /** The types that a handler declares are read and written by the engine, which gets them from the bean's metadata. */
    @Test
    void everyRecordThatAHandlerTakesOrGivesIsRegistered() {
        Set<String> missing = new TreeSet<>();
        for (JavaClass handler : CLASSES) {
            for (JavaType style : handler.getInterfaces()) {
                if (style instanceof JavaParameterizedType typed
                        && HANDLERS.contains(style.toErasure().getName())) {
                    typed.getActualTypeArguments().stream()
                            .flatMap(argument -> argument.getAllInvolvedRawTypes().stream())
                            .filter(NativeRulesTest::isUnregistered)
                            .forEach(type -> missing.add(type.getName()));
                }
            }
        }
        assertThat(missing).as("records without @RegisterForReflection").isEmpty();
    }

    private static boolean isRoute(Method method) {
        return Stream.of(method.getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getPackageName().equals("jakarta.ws.rs"));
    }

    @Test
    void nothingIsFoundByItsNameButTheEmbeddedDatabaseWhichTheImageLeavesOut() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("..embedded..")
                .and()
                .doNotHaveSimpleName("EmbeddedDatabases")
                .should()
                .callMethod(Class.class, "forName", String.class)
                .orShould()
                .callMethod(ClassLoader.class, "loadClass", String.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.ServiceLoader")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.reflect.Proxy")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.invoke.MethodHandles$Lookup")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.ResourceBundle")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "a class is looked into",
                        (JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Class.class)
                                && REFLECTION.contains(call.getName())))
                .check(CLASSES);
    }

    @Test
    void resourcesAreReadWhereTheImageHasThem() {
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveSimpleName("EmbeddedDatabases")
                .and()
                .doNotHaveSimpleName("ApiDescription")
                .should()
                .callMethod(ClassLoader.class, "getResourceAsStream", String.class)
                .orShould()
                .callMethod(Class.class, "getResourceAsStream", String.class)
                .orShould()
                .callMethod(ClassLoader.class, "getResource", String.class)
                .check(CLASSES);
    }

    /** Classes are initialised when the image is built: a seed, a thread or an address would be those of that machine. */
    @Test
    void noStaticFieldHoldsWhatBelongsToTheRunningProcess() {
        ArchRuleDefinition.noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(DescribedPredicate.describe(
                        "of the running process",
                        (JavaClass type) -> type.isAssignableTo(Random.class)
                                || type.isAssignableTo(Thread.class)
                                || type.isAssignableTo(Executor.class)
                                || type.isAssignableTo(java.net.InetAddress.class)
                                || type.isAssignableTo(java.io.Closeable.class)
                                || type.isAssignableTo("io.vertx.core.Vertx")
                                || type.isAssignableTo(java.time.Instant.class)
                                || type.isAssignableTo(java.util.UUID.class)))
                .check(CLASSES);
    }
}
