// As pages for django-adjax 1.2 were told to write it.

ADJAX.register(function (xhr) {
    xhr.setRequestHeader('X-CSRFToken', adjax.utils.cookie('csrftoken'));
});

function CustomObject(x, y) {
    this.x = x;
    this.y = y;
}

ADJAX.serializer.register('custom', CustomObject, new adjax.Type(
    function (value) {
        return {x: value.x, y: value.y};
    },
    function (value) {
        return new CustomObject(value.x, value.y);
    }
));

Date.prototype.toJSON = undefined;

ADJAX.serializer.register('datetime', Date, new adjax.Type(
    function (value) {
        return {value: value.toISOString()};
    },
    function (value) {
        return new Date(value.value);
    }
));

ADJAX.apps.myapp.do_stuff(1, 2.5, function (data) {
    document.getElementById('result').textContent = JSON.stringify(data);
});
